/** Everything the server may refuse, and what a caller may do about it. Wires map these codes; they never invent others. */
export const REFUSALS = {
  "invalid-input": { http: 400, retry: false },
  "not-signed-in": { http: 401, retry: false },
  forbidden: { http: 403, retry: false },
  "not-found": { http: 404, retry: false },
  conflict: { http: 409, retry: true },
  "too-large": { http: 413, retry: false },
  "too-fast": { http: 429, retry: true },
  unavailable: { http: 503, retry: true },
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/**
 * An expected "no". Anything else that is thrown is a bug and reaches a client only as an incident number.
 * `reason` is a stable key (`channel.send`, `user.name-taken`) by which a wire finds its sentence; `facts` are the numbers and names in it.
 */
export class Refusal extends Error {
  override name = "Refusal";
  constructor(
    readonly code: RefusalCode,
    readonly reason: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${reason}`);
  }
}
