import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { isHere } from "../presence/seen.ts";
import { Speaker } from "../users/user.ts";
import { userBelow } from "./access.ts";
import { recordAct } from "./modlog.ts";
import { memberKicked, Reason, sessionEnded, UserRef } from "./moderation.ts";

const Input = () => z.object({ user: UserRef, reason: Reason.optional() });

export const kickMember = operation({
  name: "member.kick",
  summary: "End all sessions of a user, who may come back.",
  input: Input,
  /** `here`: whether they were connected. */
  output: () => z.object({ user: Speaker, here: z.boolean() }),
  access: { subject: userBelow<Made<typeof Input>>("manage_users", "kick_members") },
  async run(call) {
    const { user } = call.access.subject;
    const reason = call.input.reason || null;
    const here = isHere(call, user.id);
    const batch = new Batch();
    recordAct(batch, call, { action: "user_kick", target: user, reason });
    call.emit(batch, memberKicked, { operators: true }, { user, reason });
    call.emit(batch, sessionEnded, { user: user.id }, { user, cause: "kick", reason });
    await call.store.commit(batch);
    return { user, here };
  },
});
