import { createHash } from "node:crypto";
import { cell } from "../../kernel/cell.ts";

/** The secrets by which live sessions are known, by their SHA-256: a copy of this memory opens nothing. */
class SessionTokens {
  readonly #users = new Map<string, { readonly user: string; readonly session: string }>();
  readonly #bySession = new Map<string, string>();
  remember(token: string, of: { readonly user: string; readonly session: string }): void {
    this.forget(of.session);
    const key = digest(token);
    this.#users.set(key, of);
    this.#bySession.set(of.session, key);
  }
  /** Whose it is, while their session lives. */
  whose(token: string): { readonly user: string; readonly session: string } | undefined {
    return this.#users.get(digest(token));
  }
  /** All of a user's but one session's. */
  forgetUser(user: string, but: string | undefined): void {
    for (const { user: whose, session } of [...this.#users.values()]) if (whose === user && session !== but) this.forget(session);
  }
  forget(session: string): void {
    const key = this.#bySession.get(session);
    if (key === undefined) return;
    this.#bySession.delete(session);
    this.#users.delete(key);
  }
}
const digest = (token: string): string => createHash("sha256").update(token).digest("hex");

export const sessionTokens = cell("session.tokens", () => new SessionTokens());
