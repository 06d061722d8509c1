import { createHash } from "node:crypto";
import { cell } from "../../kernel/cell.ts";

export interface KnownSession {
  readonly user: string;
  readonly session: string;
}

/** The secrets by which live sessions are known, by their SHA-256: a copy of this memory opens nothing. */
class SessionTokens {
  readonly #kept = new Map<string, { readonly user: string; readonly digest: string; readonly key?: string }>();
  /** Sessions by what validators of the Rotur service are made for on their connection. */
  readonly #byKey = new Map<string, string>();

  /** How many there are. */
  get size(): number {
    return this.#kept.size;
  }
  /** @returns the token of this session; another that it had is worth nothing from here on. */
  make({ user, session, secret, key }: KnownSession & { readonly secret: string; readonly key?: string | undefined }): string {
    this.forget(session);
    const token = `${session}.${secret}`;
    const digest = digestOf(token);
    if (key === undefined) this.#kept.set(session, { user, digest });
    else {
      const mine = { user, digest, key: digestOf(key) };
      this.#kept.set(session, mine);
      this.#byKey.set(mine.key, session);
    }
    return token;
  }
  /** Whose it is, while their session lives. */
  whose(token: string): KnownSession | undefined {
    const [session = ""] = token.split(".", 1);
    const kept = this.#kept.get(session);
    return kept?.digest === digestOf(token) ? { user: kept.user, session } : undefined;
  }
  /** On whose connection validators are made for this key, while their session lives. */
  whoseKey(key: string): KnownSession | undefined {
    const session = this.#byKey.get(digestOf(key));
    const kept = session === undefined ? undefined : this.#kept.get(session);
    return kept && { user: kept.user, session: session! };
  }
  /** All of a user's but one session's. */
  forgetUser(user: string, but: string | undefined): void {
    for (const [session, kept] of this.#kept) if (kept.user === user && session !== but) this.forget(session);
  }
  forget(session: string): void {
    const mine = this.#kept.get(session);
    if (mine?.key !== undefined) this.#byKey.delete(mine.key);
    this.#kept.delete(session);
  }
}
const digestOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

export const sessionTokens = cell("session.tokens", () => new SessionTokens());
