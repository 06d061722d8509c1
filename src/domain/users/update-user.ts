import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { refuseName } from "../accounts/account.ts";
import { recordAct } from "../moderation/modlog.ts";
import { seenView } from "../presence/seen.ts";
import { refuseUnlessOutranked } from "../roles/hierarchy.ts";
import { memberByRef, permitted } from "./access.ts";
import { tellUpdated } from "./change-member.ts";
import { renameIdentity, renameUser, setNickname, usersByName } from "./statements.ts";
import { MemberView, nameKey, Nickname, Speaker } from "./user.ts";

export const updateUser = operation({
  name: "user.update",
  summary: "Change the nickname or the account name of a member who stands lower. An account of another service keeps its name.",
  input: () =>
    z.object({
      user: z.string().min(1).max(200),
      name: z.string().max(1000).trim().toLowerCase().min(1, "account.blank").optional(),
      nickname: Nickname.nullable().optional(),
    }),
  output: () => z.object({ member: MemberView, before: Speaker }),
  access: { by: permitted("manage_users") },
  async run(call) {
    const { input, store, actor } = call;
    const target = await memberByRef(call, input.user);
    refuseUnlessOutranked(call.access.by, target);
    const { user } = target;
    const name = input.name?.replace(/^usr:local_/, "") ?? user.name;
    const nickname = input.nickname === undefined ? target.nickname : input.nickname;
    if (name === user.name && nickname === target.nickname) return { member: seenView(call, target), before: user };
    const batch = new Batch();
    if (name !== user.name) {
      if (user.realm !== "local") throw new Refusal("forbidden", "user.foreign-name");
      refuseName(name);
      const key = nameKey(name);
      const named = await store.all(usersByName, { key });
      if (named.some(({ id, realm }) => id !== user.id && (realm === "local" || realm === "guest")))
        throw new Refusal("conflict", "account.name-taken");
      batch
        .require(renameUser, { user: user.id, name, key })
        .add(renameIdentity, { kind: "password", user: user.id, subject: key });
    }
    if (nickname !== target.nickname) batch.require(setNickname, { community: actor.community, user: user.id, nickname });
    const after = { ...target, user: { ...user, name }, nickname };
    const member = tellUpdated(call, batch, target, after);
    recordAct(batch, call, {
      action: "user_update",
      target: { id: user.id, name },
      details: { before: user.name, nickname },
    });
    await store.commit(batch);
    return { member, before: user };
  },
});
