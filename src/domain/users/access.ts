import type { Access, Actor, Ask } from "../../kernel/operation.ts";
import { parsed } from "../../kernel/parsed.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { decide, type HeldRole, type Holder, OWNER, type Right } from "../roles/permissions.ts";
import { type HeldRow, roleByName, rolesHeld } from "../roles/statements.ts";
import { memberById, type MemberRow, userById, userByRealmAndName, type UserRow, usersByName } from "./statements.ts";
import { type MemberView, nameKey, type Realm, type Speaker } from "./user.ts";

/** Somebody in the community, with what they may do. */
export interface Member extends Holder {
  readonly user: Speaker;
  readonly nickname: string | null;
  readonly avatar: string | null;
  readonly status: MemberView["status"];
  readonly timeoutUntil: number;
  readonly timeoutReason: string | null;
}

export const heldRole = (row: Omit<HeldRow, "user_"> & { user_?: string }): HeldRole => ({
  id: row.id,
  name: row.name,
  position: row.position,
  color: row.color,
  selfAssignable: row.self_assignable === 1,
  permissions: parsed(row.permissions),
});

/** The console carries the owner's right; it is an actor like others, not a way around the check. */
const OWNERLY: readonly HeldRole[] = [
  { id: "", name: OWNER, position: 0, color: null, selfAssignable: false, permissions: ["administrator"] },
];

export const memberFrom = (row: MemberRow, roles: readonly HeldRole[]): Member => ({
  user: { id: row.id, name: row.name, realm: row.realm },
  nickname: row.nickname,
  avatar: row.avatar,
  status: { status: row.status as Member["status"]["status"], text: row.status_text },
  timeoutUntil: row.timeout_until,
  timeoutReason: row.timeout_reason,
  roles,
});

/** A member by user id, banned or not. */
export async function memberOf(ask: Ask<unknown>, user: string): Promise<(Member & { banned: boolean }) | undefined> {
  const { community } = ask.actor;
  return ask.once(`member ${user}`, async () => {
    const row = await ask.store.one(memberById, { community, user });
    if (!row) return undefined;
    const roles = await ask.store.all(rolesHeld, { community, user });
    const banned = row.banned === 1 && (row.banned_until === null || row.banned_until > ask.now());
    const readOnly = row.realm === "guest" && ask.settings.tcp.guests === "read";
    return { ...memberFrom(row, roles.map(heldRole)), banned, ...(readOnly && { readOnly }) };
  });
}

/** Whoever asks, as a member who is not banned. */
export async function asking(ask: Ask<unknown>): Promise<Member> {
  const { actor } = ask;
  if (actor.kind === "anonymous") throw new Refusal("not-signed-in", "session.anonymous");
  // Members see the console; which system user sat at it is for the log of acts.
  if (actor.kind === "console") return withoutAccount({ ...actor, name: actor.id }, OWNERLY);
  if (actor.kind === "plugin") return withoutAccount(actor, await pluginRoles(ask));
  const member = await memberOf(ask, actor.id);
  if (!member) throw new Refusal("forbidden", "member.gone");
  if (member.banned) throw new Refusal("forbidden", "member.banned");
  return member;
}

const withoutAccount = ({ id, name }: Actor, roles: readonly HeldRole[]): Member => ({
  user: { id, name, realm: null },
  nickname: null,
  avatar: null,
  status: { status: "online", text: "" },
  timeoutUntil: 0,
  timeoutReason: null,
  roles,
});

/**
 * A plugin's own role is named as itself (`plugin:welcome`), so that a channel's rules can name it; it has the permissions that the operator
 * granted and stands just below the owner. Besides it holds `user`, and the roles that the operator gave it.
 */
async function pluginRoles(ask: Ask<unknown>): Promise<HeldRole[]> {
  const { id, community, granted } = ask.actor;
  const own: HeldRole = {
    id: "",
    name: id,
    position: 0,
    color: null,
    selfAssignable: false,
    permissions: granted?.permissions ?? [],
  };
  const names = ["user", ...(granted?.roles ?? [])].filter((name) => name !== OWNER);
  const rows = await Promise.all(
    names.map((name) => ask.once(`role ${name}`, () => ask.store.one(roleByName, { community, key: nameKey(name) }))),
  );
  const held = rows.flatMap((row) => (row && row.name !== OWNER ? [heldRole(row)] : []));
  return [own, ...held];
}

/** Any member who is not banned. */
export const signedIn = (): Access<unknown, Member> => ({ needs: "a signed-in member", load: asking });

/** Refuses whoever has none of these permissions of the community. */
export function requirePermission(member: Member, ...permissions: readonly Right[]): void {
  if (!permissions.some((permission) => decide(member, permission).allowed))
    throw new Refusal("forbidden", "permission", { permission: permissions.join("' or '") });
}

/** A member with one of these permissions of the community. */
export const permitted = (...permissions: readonly Right[]): Access<unknown, Member> => ({
  needs: permissions.map((p) => `\`${p}\``).join(" or "),
  async load(ask) {
    const member = await asking(ask);
    requirePermission(member, ...permissions);
    return member;
  },
});

const LOCAL = /^usr:local_/i;

/** Finds an account by id, by `USR:local_<name>`, or by bare name in whatever realm has it. */
export async function findUser(ask: Ask<unknown>, ref: string): Promise<UserRow | undefined> {
  const byId = await ask.store.one(userById, { id: ref });
  if (byId) return byId;
  if (LOCAL.test(ref))
    return ask.store.one(userByRealmAndName, { realm: "local" satisfies Realm, key: nameKey(ref.replace(LOCAL, "")) });
  return (await ask.store.all(usersByName, { key: nameKey(ref) }))[0];
}

/** A member named by the caller: an id, a full name or a bare one. */
export async function memberByRef(ask: Ask<unknown>, ref: string): Promise<Member & { banned: boolean }> {
  const user = await findUser(ask, ref);
  const member = user && (await memberOf(ask, user.id));
  if (!member) throw new Refusal("not-found", "user", { user: ref });
  return member;
}

/** Only the operator at the machine: the right is the socket file's permission, not a role. */
export const byConsole = (): Access<unknown, Member> => ({
  needs: "the console",
  async load(ask) {
    if (ask.actor.kind !== "console") throw new Refusal("forbidden", "console.only");
    return asking(ask);
  },
});
