import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { signedIn } from "./access.ts";
import { tellUpdated } from "./change-member.ts";
import { setNickname } from "./statements.ts";
import { MemberView, Nickname } from "./user.ts";

export const renameMember = operation({
  name: "member.rename",
  summary: "Take a nickname, or none.",
  input: () => z.object({ nickname: Nickname.nullable() }),
  output: () => z.object({ member: MemberView, before: z.string().nullable() }),
  access: { member: signedIn() },
  pace: { burst: 5, perMinute: 10 },
  async run(call) {
    const { member } = call.access;
    const { nickname } = call.input;
    const batch = new Batch();
    batch.require(setNickname, { community: call.actor.community, user: member.user.id, nickname });
    const view = tellUpdated(call, batch, member, { ...member, nickname });
    await call.store.commit(batch);
    return { member: view, before: member.nickname };
  },
});
