import { createHash } from "node:crypto";
import { cell } from "../../kernel/cell.ts";

export interface KnownSession {
  readonly user: string;
  readonly session: string;
}

/** The secrets by which live sessions are known, by their SHA-256: a copy of this memory opens nothing. */
class SessionTokens {
  readonly #sessions = new Map<string, KnownSession>();
  /** What validators of the Rotur service are made for on a session's connection. */
  readonly #keys = new Map<string, KnownSession>();
  readonly #bySession = new Map<string, { readonly token: string; readonly key: string | undefined }>();

  remember(token: string, of: KnownSession, key?: string): void {
    this.forget(of.session);
    const mine = { token: digest(token), key: key === undefined ? undefined : digest(key) };
    this.#sessions.set(mine.token, of);
    if (mine.key !== undefined) this.#keys.set(mine.key, of);
    this.#bySession.set(of.session, mine);
  }
  /** Whose it is, while their session lives. */
  whose(token: string): KnownSession | undefined {
    return this.#sessions.get(digest(token));
  }
  /** On whose connection validators are made for this key, while their session lives. */
  whoseKey(key: string): KnownSession | undefined {
    return this.#keys.get(digest(key));
  }
  /** All of a user's but one session's. */
  forgetUser(user: string, but: string | undefined): void {
    for (const { user: whose, session } of [...this.#sessions.values()])
      if (whose === user && session !== but) this.forget(session);
  }
  forget(session: string): void {
    const mine = this.#bySession.get(session);
    if (!mine) return;
    this.#bySession.delete(session);
    this.#sessions.delete(mine.token);
    if (mine.key !== undefined) this.#keys.delete(mine.key);
  }
}
const digest = (token: string): string => createHash("sha256").update(token).digest("hex");

export const sessionTokens = cell("session.tokens", () => new SessionTokens());
