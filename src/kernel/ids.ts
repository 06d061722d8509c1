/** Time-ordered unique names: UUIDv7, RFC 9562 §5.7, monotonic within the process. */
export type Ids = () => string;
export const uuids: Ids = () => Bun.randomUUIDv7();

/** Random text for codes and tokens: `bytes` bytes of the system's randomness, base64url without padding. */
export type Randomness = (bytes: number) => string;
export const systemRandomness: Randomness = (bytes) =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("base64url");
