import { Refusal } from "./refusal.ts";

/** Turns passwords into what may be stored, off the hot path and few at once: each costs tens of milliseconds and megabytes. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** `stale`: the password is right, but the stored form is of an older kind and should be replaced. */
  verify(password: string, stored: string): Promise<{ right: boolean; stale: boolean }>;
}

/** argon2id with OWASP's second recommended setting (m = 19 MiB, t = 2, p = 1): 58 ms on the study's machine, bearable on a Raspberry Pi. */
const ARGON2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** bcrypt looks at no more of a password; longer ones were cut when originChats hashed them (reference/originchats.md §1.5). */
const BCRYPT_BYTES = 72;
const forStored = (password: string, stored: string): string | Uint8Array =>
  stored.startsWith("$2") ? Buffer.from(password).subarray(0, BCRYPT_BYTES) : password;

/**
 * @param atOnce how many hashes may run at the same time, on threads of their own; the others wait their turn.
 * @param mostWaiting how many may wait; who comes then is refused as `unavailable` (`passwords.busy`), so that guesses cannot pile up.
 */
export function argon2Passwords(atOnce = 2, mostWaiting = 64): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce && waiting.length >= mostWaiting) throw new Refusal("unavailable", "passwords.busy");
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  return {
    hash: (password) => inTurn(() => Bun.password.hash(password, ARGON2)),
    verify: (password, stored) =>
      inTurn(async () => ({
        right: await Bun.password.verify(forStored(password, stored), stored),
        stale: !stored.startsWith(`$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},`),
      })),
  };
}
