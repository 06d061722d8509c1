import type { Ask } from "../../kernel/operation.ts";
import { usersByName } from "../users/statements.ts";
import { nameKey, type Speaker } from "../users/user.ts";

/**
 * `@name`, `@&role`, and `@USR:local_name`, the full form by which originChats' web client completes local accounts.
 * Names hold letters, digits, `_` and `-`; what ends a sentence (`@bob.`) is not part of one.
 */
const MENTION = /@(&|usr:local_)?([\p{L}\p{N}_-]{1,64})/giu;
/** A message can call upon so many; what comes after is plain text. */
const MOST = 50;

export interface Mentions {
  readonly users: Speaker[];
  readonly roles: string[];
}

/** Whom a text calls upon. Unknown names are plain text; roles are given as written. */
export async function mentionsIn(ask: Ask<unknown>, content: string): Promise<Mentions> {
  const users = new Map<string, Speaker>();
  const roles = new Set<string>();
  if (!content.includes("@")) return { users: [], roles: [] };
  let seen = 0;
  for (const [, prefix, name] of content.matchAll(MENTION)) {
    if (++seen > MOST) break;
    if (prefix === "&") roles.add(name!);
    else {
      const found = await ask.store.all(usersByName, { key: nameKey(name!) });
      const user = prefix ? found.find(({ realm }) => realm === "local") : found[0];
      if (user) users.set(user.id, { id: user.id, name: user.name, realm: user.realm });
    }
  }
  return { users: [...users.values()], roles: [...roles] };
}
