import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { grantRole, roleByName } from "../roles/statements.ts";
import { insertIdentity, insertMember, insertUser, userByRealmAndName } from "../users/statements.ts";
import { MemberView, nameKey } from "../users/user.ts";
import { Credentials, memberJoined } from "./account.ts";

const LETTERS = /^[\p{L}\p{N}_-]+$/u;

export const registerAccount = operation({
  name: "account.register",
  summary: "Make a local account with a password and join the community.",
  input: Credentials,
  output: z.object({ member: MemberView }),
  access: {},
  pace: { burst: 10, perMinute: 6 },
  check({ input: { name, password }, settings }) {
    if (!settings.cracked.allow_registration) throw new Refusal("unavailable", "account.registration-off");
    const length = [...name].length;
    if (length < 2 || length > 32) throw new Refusal("invalid-input", "account.name-length");
    if (!LETTERS.test(name) || !/[\p{L}\p{N}]/u.test(name)) throw new Refusal("invalid-input", "account.name-letters");
    const letters = [...password].length;
    if (letters < 4 || letters > 72) throw new Refusal("invalid-input", "account.password-length");
  },
  async run({ input: { name, password }, store, actor, settings, id, now, passwords, emit }) {
    const key = nameKey(name);
    if (await store.one(userByRealmAndName, { realm: "local", key })) throw new Refusal("conflict", "account.name-taken");
    const secret = await passwords.hash(password);
    const { community } = actor;
    const user = { id: id(), name, realm: "local" as const };
    const at = now();
    const batch = new Batch()
      .add(insertUser, { ...user, key, avatar: null, at })
      .add(insertIdentity, { kind: "password", subject: key, user: user.id, secret, at })
      .add(insertMember, { community, user: user.id, nickname: name, at });
    const member: MemberView = {
      user,
      nickname: name,
      avatar: null,
      roles: [],
      color: null,
      status: { status: "online", text: "" },
    };
    for (const [place, roleName] of settings.cracked.default_roles.entries()) {
      const role = await store.one(roleByName, { community, key: nameKey(roleName) });
      if (!role) continue;
      batch.add(grantRole, { community, user: user.id, role: role.id, place });
      member.color ??= member.roles.length ? null : role.color;
      member.roles.push(role.name);
    }
    emit(batch, memberJoined, { community }, { member });
    await store.commit(batch);
    return { member };
  },
});
