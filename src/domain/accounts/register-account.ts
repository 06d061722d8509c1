import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { Code, openInvite } from "../invites/invite.ts";
import { unseen } from "../presence/seen.ts";
import { loadRoles } from "../roles/role-table.ts";
import { byConsole, memberOf } from "../users/access.ts";
import { banOn, identityOf, insertIdentity, insertUser, userByRealmAndName, type UserRow } from "../users/statements.ts";
import { MemberView, nameKey } from "../users/user.ts";
import { ByPassword, Credentials, guessing, refuseName, refusePassword } from "./account.ts";
import { joining } from "./join-community.ts";

export const registerAccount = operation({
  name: "account.register",
  summary: "Make a local account with a password and join the community, or come back with the account one left with.",
  input: () =>
    Credentials.extend({
      /** The code of an invite: it opens a closed registration, and may bring a role. */
      invite: Code.optional().meta({ secret: true }),
    }),
  output: () => ByPassword,
  access: {},
  pace: { burst: 10, perMinute: 6 },
  check({ input: { name, password, invite }, settings }) {
    if (!settings.cracked.allow_registration && invite === undefined)
      throw new Refusal("unavailable", "account.registration-off");
    refuseName(name);
    refusePassword(password);
  },
  async run(call) {
    const key = nameKey(call.input.name);
    if (await call.store.one(userByRealmAndName, { realm: "guest", key })) throw new Refusal("conflict", "account.name-taken");
    const before = await call.store.one(userByRealmAndName, { realm: "local", key });
    const brought = call.input.invite === undefined ? undefined : await bringing(call, call.input.invite);
    if (before) return comeBack(call, before, brought);
    return { member: await makeAccount(call, call.input, brought), credential: 0 };
  },
});

export const createAccount = operation({
  name: "account.create",
  summary: "Make a local account for somebody; they join the community.",
  input: () => Credentials,
  output: () => z.object({ member: MemberView }),
  access: { by: byConsole() },
  check({ input: { name, password } }) {
    refuseName(name);
    refusePassword(password);
  },
  async run(call) {
    if (await call.store.one(userByRealmAndName, { realm: "local", key: nameKey(call.input.name) }))
      throw new Refusal("conflict", "account.name-taken");
    // They join the moment they are made, and are not there yet.
    return { member: unseen(await makeAccount(call, call.input)) };
  },
});

/** What somebody who registers has by an invite. */
interface Brought {
  /** Names, the invite's before those of every newcomer. */
  readonly roles: readonly string[];
  use(batch: Batch): void;
}
async function bringing(call: Call<unknown, unknown>, code: string): Promise<Brought> {
  const { role, use } = await openInvite(call, code);
  const own = (await loadRoles(call)).roles.find(({ id }) => id === role);
  return { roles: [...(own ? [own.name] : []), ...call.settings.cracked.default_roles], use };
}

/** Of two who ask for one name at the same time the second meets a conflict, asks once more, and finds it taken. */
async function makeAccount(
  call: Call<unknown, unknown>,
  { name, password }: z.output<typeof Credentials>,
  brought?: Brought,
): Promise<MemberView> {
  const key = nameKey(name);
  const secret = await call.passwords.hash(password);
  const user = { id: call.id(), name, realm: "local" as const };
  const { member, addTo } = await joining(call, user, null, user.name, brought?.roles);
  const at = call.now();
  const batch = new Batch()
    .add(insertUser, { ...user, key, avatar: null, at })
    .add(insertIdentity, { kind: "password", subject: key, user: user.id, secret, at });
  brought?.use(batch);
  addTo(batch);
  await call.store.commit(batch);
  return member;
}

/** Who left may come back by the same name and password; to everybody else the name is taken. */
async function comeBack(
  call: Call<z.output<typeof Credentials>, unknown>,
  row: UserRow,
  brought?: Brought,
): Promise<z.output<typeof ByPassword>> {
  const taken = new Refusal("conflict", "account.name-taken");
  if (await memberOf(call, row.id)) throw taken;
  guessing(call, nameKey(row.name));
  const identity = await call.store.one(identityOf, { kind: "password", user: row.id });
  if (!identity?.secret || !(await call.passwords.verify(call.input.password, identity.secret)).right) throw taken;
  if (await call.store.one(banOn, { community: call.actor.community, user: row.id, now: call.now() }))
    throw new Refusal("forbidden", "member.banned");
  const user = { id: row.id, name: row.name, realm: row.realm };
  const { member, addTo } = await joining(call, user, row.avatar, user.name, brought?.roles);
  const batch = new Batch();
  brought?.use(batch);
  addTo(batch);
  await call.store.commit(batch);
  return { member, credential: identity.version };
}
