import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { memberOf } from "../users/access.ts";
import { tellUpdated } from "../users/change-member.ts";
import { memberView } from "../users/member-view.ts";
import {
  banOn,
  identityBySubject,
  identityOf,
  insertIdentity,
  insertUser,
  renameUser,
  userById,
  userByRealmAndName,
  type UserRow,
} from "../users/statements.ts";
import { MemberView, nameKey, type Speaker, SYSTEM } from "../users/user.ts";
import { joining } from "./join-community.ts";

const Input = () =>
  z.object({
    /** What the validator was made for; new for every connection. */
    key: z.string().min(1).max(1000).meta({ secret: true }),
    validator: z.string().min(1, "account.rotur-invalid").max(4096, "account.rotur-invalid").meta({ secret: true }),
  });

export const confirmAccount = operation({
  name: "account.confirm",
  summary: "Prove to be an account of the Rotur service by a validator made for this connection; the first time makes a member.",
  input: Input,
  output: () => z.object({ member: MemberView, joined: z.boolean() }),
  access: {},
  pace: { burst: 30, perMinute: 30 },
  check({ settings }) {
    if (settings.auth_mode === "cracked-only") throw new Refusal("unavailable", "account.rotur-off");
  },
  async run(call) {
    if (!call.rotur) throw new Refusal("unavailable", "account.rotur-away");
    const account = await call.rotur.validate(call.input.key, call.input.validator);
    if (!account) throw new Refusal("forbidden", "account.rotur-invalid");
    const identity = await call.store.one(identityBySubject, { kind: "rotur", subject: account.id });
    const row =
      (await call.store.one(userById, { id: identity?.user_ ?? account.id })) ?? (await knownByName(call, account.name));
    if (row && row.realm !== "rotur") throw new Refusal("unavailable", "account.rotur-answer");
    const id = row?.id ?? account.id;
    // Before anything is written or told; a ban outlasts leaving.
    if (await call.store.one(banOn, { community: call.actor.community, user: id, now: call.now() }))
      throw new Refusal("forbidden", "member.banned");
    const before = row && (await memberOf(call, id));
    const naming = await nameFor(call, id, account.name);
    const user: Speaker = { id, name: naming.name, realm: "rotur" };
    const renamed = row !== undefined && row.name !== user.name;
    const newcomer = before
      ? undefined
      : await joining(call, user, row?.avatar ?? null, null, call.settings.DB.users.default.roles);
    if (before && identity && !renamed) return { member: memberView(before), joined: false };

    const at = call.now();
    const batch = new Batch();
    if (naming.stale) batch.require(renameUser, naming.stale);
    if (!row) batch.add(insertUser, { ...user, realm: "rotur", key: nameKey(user.name), avatar: null, at });
    else if (renamed) batch.require(renameUser, { user: id, name: user.name, key: nameKey(user.name) });
    if (!identity) batch.add(insertIdentity, { kind: "rotur", subject: account.id, user: id, secret: null, at });
    newcomer?.addTo(batch);
    const after = before && { ...before, user };
    if (after && renamed) tellUpdated(call, batch, before, after);
    await call.store.commit(batch);
    return { member: newcomer?.member ?? memberView(after!), joined: newcomer !== undefined };
  },
});

/** An account that nobody but its name confirms, as originChats kept all of them in 2025 (reference/originchats.md §5.20): imported, and not seen since. */
async function knownByName({ store }: Call<unknown, unknown>, name: string): Promise<UserRow | undefined> {
  const row = await store.one(userByRealmAndName, { realm: "rotur", key: nameKey(name) });
  if (row?.name.toLowerCase() !== name.toLowerCase()) return undefined;
  return (await store.one(identityOf, { kind: "rotur", user: row.id })) ? undefined : row;
}

/**
 * The name an account bears here. Two accounts of the service cannot have one name: of whom it was, that was changed meanwhile, so they give it
 * up. A name that only looks like another's, or like the server's own, is shown with a part of the id.
 */
async function nameFor(
  call: Call<unknown, unknown>,
  id: string,
  name: string,
): Promise<{ name: string; stale?: { user: string; name: string; key: string } }> {
  const holder = await call.store.one(userByRealmAndName, { realm: "rotur", key: nameKey(name) });
  if (nameKey(name) === nameKey(SYSTEM.name)) return { name: apart(name, id) };
  if (!holder || holder.id === id) return { name };
  if (holder.name.toLowerCase() !== name.toLowerCase()) return { name: apart(name, id) };
  const given = apart(holder.name, holder.id);
  return { name, stale: { user: holder.id, name: given, key: nameKey(given) } };
}
const apart = (name: string, id: string): string => `${name}~${Bun.hash.wyhash(id).toString(36).slice(0, 6)}`;
