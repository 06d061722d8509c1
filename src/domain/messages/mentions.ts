import type { Ask } from "../../kernel/operation.ts";
import type { Batch } from "../../storage/store.ts";
import { roleByName, rolesOf } from "../roles/statements.ts";
import { usersByName } from "../users/statements.ts";
import { nameKey, type Speaker } from "../users/user.ts";
import type { Message, Pings } from "./message.ts";
import { insertMention, mentionsIn } from "./statements.ts";

/**
 * `@name`, `@&role`, and `@USR:local_name`, the full form by which originChats' web client completes local accounts.
 * Names hold letters, digits, `_` and `-`; what ends a sentence (`@bob.`) is not part of one.
 */
const MENTION = /@(&|usr:local_)?([\p{L}\p{N}_-]{1,64})/giu;
/** A message can call upon so many; what comes after is plain text. */
const MOST = 50;

/** A call as it stands in a text: upon a role, a local account, or whoever has the name. */
export interface Called {
  readonly kind: "role" | "local" | "user";
  readonly name: string;
}

/** Calls in a text, each spelling once, no more than count. */
export function calledIn(content: string): Called[] {
  if (!content.includes("@")) return [];
  const calls = new Map<string, Called>();
  for (const [whole, prefix, name] of content.matchAll(MENTION)) {
    const asked = whole.toLowerCase();
    if (!calls.has(asked)) calls.set(asked, { kind: prefix === "&" ? "role" : prefix ? "local" : "user", name: name! });
    if (calls.size === MOST) break;
  }
  return [...calls.values()];
}

const NOBODY: Pings = { users: [], roles: [], replies: [] };

/** Whom a text calls upon, each once. Names of nobody and of no role are plain text. */
export async function pingsIn(ask: Ask<unknown>, content: string, replyTo: Message["replyTo"] = null): Promise<Pings> {
  const replies = replyTo?.ping ? [replyTo.author] : [];
  const calls = calledIn(content);
  if (!calls.length) return replies.length ? { users: [], roles: [], replies } : NOBODY;
  const { community } = ask.actor;
  const users = new Map<string, Speaker>();
  const roles = new Set<string>();
  for (const { kind, name } of calls) {
    const key = nameKey(name);
    if (kind === "role") {
      const role = await ask.store.one(roleByName, { community, key });
      if (role) roles.add(role.name);
    } else {
      const found = await ask.store.all(usersByName, { key });
      const user = kind === "local" ? found.find(({ realm }) => realm === "local") : found[0];
      if (user) users.set(user.id, { id: user.id, name: user.name, realm: user.realm });
    }
  }
  return { users: [...users.values()], roles: [...roles], replies };
}

/** Whom written messages call upon, as `addMentions` wrote it down; a message that calls nobody has no entry. */
export async function pingsOf(
  { store, actor }: Pick<Ask<unknown>, "store" | "actor">,
  messages: readonly string[],
): Promise<ReadonlyMap<string, Pings>> {
  const rows = await store.all(mentionsIn, { messages });
  const roles = new Map<string, string>();
  if (rows.some(({ kind }) => kind === "role"))
    for (const { name } of await store.all(rolesOf, { community: actor.community })) roles.set(name.toLowerCase(), name);
  const found = new Map<string, Pings>();
  for (const { message, kind, target, name, realm } of rows) {
    const called = kind === "role" ? roles.get(target) : (name ?? undefined);
    if (called === undefined) continue;
    let pings = found.get(message);
    if (!pings) found.set(message, (pings = { users: [], roles: [], replies: [] }));
    if (kind === "role") pings.roles.push(called);
    else pings[kind === "user" ? "users" : "replies"].push({ id: target, name: called, realm });
  }
  return found;
}

/** Writes down whom a message calls upon, so that each can list the calls. */
export function addMentions(batch: Batch, message: Pick<Message, "id" | "at">, pings: Pings): void {
  const add = (kind: string, target: string) => batch.add(insertMention, { message: message.id, kind, target, at: message.at });
  for (const user of pings.users) add("user", user.id);
  for (const role of pings.roles) add("role", role.toLowerCase());
  for (const author of pings.replies) add("reply", author.id);
}
