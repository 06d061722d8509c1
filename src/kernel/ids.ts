/** Time-ordered unique names: UUIDv7, RFC 9562 §5.7, monotonic within the process. */
export type Ids = () => string;
export const uuids: Ids = () => Bun.randomUUIDv7();

/** Random text for codes and tokens: `bytes` bytes of the system's randomness, base64url without padding. */
export type Randomness = (bytes: number) => string;
export const systemRandomness: Randomness = (bytes) =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("base64url");

/** A UUIDv4 (RFC 9562 §5.4): 122 bits that nobody can guess, for things whose address is the key to them. */
export function unguessableId(random: Randomness): string {
  const bytes = Buffer.alloc(16);
  Buffer.from(random(16), "base64url").copy(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
