import { createHash } from "node:crypto";
import { cell } from "../../kernel/cell.ts";

/** The secrets by which live sessions are known, by their SHA-256: a copy of this memory opens nothing. */
class SessionTokens {
  readonly #kept = new Map<string, { readonly user: string; readonly digest: string }>();

  /** How many there are. */
  get size(): number {
    return this.#kept.size;
  }
  /** @returns the token of this session; another that it had is worth nothing from here on. */
  make({ user, session, secret }: { readonly user: string; readonly session: string; readonly secret: string }): string {
    const token = `${session}.${secret}`;
    this.#kept.set(session, { user, digest: digestOf(token) });
    return token;
  }
  /** Whose it is, while their session lives. */
  whose(token: string): { readonly user: string; readonly session: string } | undefined {
    const [session = ""] = token.split(".", 1);
    const kept = this.#kept.get(session);
    return kept?.digest === digestOf(token) ? { user: kept.user, session } : undefined;
  }
  /** All of a user's but one session's. */
  forgetUser(user: string, but: string | undefined): void {
    for (const [session, kept] of this.#kept) if (kept.user === user && session !== but) this.#kept.delete(session);
  }
  forget(session: string): void {
    this.#kept.delete(session);
  }
}
const digestOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

export const sessionTokens = cell("session.tokens", () => new SessionTokens());
