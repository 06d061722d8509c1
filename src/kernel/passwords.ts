/** Turns passwords into what may be stored, off the hot path and few at once: each costs tens of milliseconds and megabytes. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** `stale`: the password is right, but the stored form is of an older kind and should be replaced. */
  verify(password: string, stored: string): Promise<{ right: boolean; stale: boolean }>;
}

/** argon2id with OWASP's second recommended setting (m = 19 MiB, t = 2, p = 1): 58 ms on the study's machine, bearable on a Raspberry Pi. */
const ARGON2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** @param atOnce how many hashes may run at the same time; the others wait their turn. */
export function argon2Passwords(atOnce = 2): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
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
        right: await Bun.password.verify(password, stored),
        stale: !stored.startsWith(`$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},`),
      })),
  };
}
