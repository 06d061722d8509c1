import type { Call } from "../../kernel/operation.ts";
import type { Batch } from "../../storage/store.ts";
import { grantRole, roleByName, type RoleRow } from "../roles/statements.ts";
import { insertMember } from "../users/statements.ts";
import { type MemberView, nameKey, type Speaker } from "../users/user.ts";
import { memberJoined } from "./account.ts";

/** Makes a user a member with the roles of newcomers, and tells so. Reads first, so that the batch is built without waiting. */
export async function joining(
  call: Call<unknown, unknown>,
  user: Speaker,
  avatar: string | null,
  nickname: string | null = user.name,
  first: readonly string[] = call.settings.cracked.default_roles,
) {
  const { store, now } = call;
  const { community } = call.actor;
  const roles: RoleRow[] = [];
  for (const name of first) {
    const role = await store.one(roleByName, { community, key: nameKey(name) });
    if (role && !roles.some(({ id }) => id === role.id)) roles.push(role);
  }
  const member: MemberView = {
    user,
    nickname,
    avatar,
    roles: roles.map(({ name }) => name),
    color: roles[0]?.color ?? null,
    status: { status: "online", text: "" },
  };
  return {
    member,
    addTo(batch: Batch): void {
      batch.add(insertMember, { community, user: user.id, nickname: member.nickname, at: now() });
      roles.forEach(({ id }, place) => batch.add(grantRole, { community, user: user.id, role: id, place }));
      call.emit(batch, memberJoined, { community }, { member });
    },
  };
}
