import { z } from "zod";
import { windowKey } from "../../kernel/pace.ts";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { messagePace } from "../messages/pace.ts";
import { Speaker } from "../users/user.ts";
import { userBelow } from "./access.ts";
import { recordAct } from "./modlog.ts";
import { memberTimedOut, Reason, UserRef } from "./moderation.ts";
import { setTimeoutOf } from "./statements.ts";

/** A year. */
const LONGEST = 365 * 24 * 3600;

const Input = () =>
  z.object({
    user: UserRef,
    seconds: z.number().int("timeout.seconds").min(0, "timeout.seconds").max(LONGEST, "timeout.longest"),
    reason: Reason.optional(),
  });

export const timeOutMember = operation({
  name: "member.timeout",
  summary:
    "Keep a member from speaking for some seconds; 0 lets them speak again. What they wrote before no longer counts against their pace.",
  input: Input,
  output: () => z.object({ user: Speaker, seconds: z.number() }),
  access: { subject: userBelow<Made<typeof Input>>("manage_users") },
  async run(call) {
    const { input, access, actor, store, now, pace } = call;
    const { user, member } = access.subject;
    if (!member) throw new Refusal("not-found", "user", { user: input.user });
    const { seconds } = input;
    const reason = input.reason || null;
    const until = seconds ? now() + seconds * 1000 : 0;
    const batch = new Batch().require(setTimeoutOf, { community: actor.community, user: user.id, until, reason });
    recordAct(batch, call, { action: "user_timeout", target: user, reason, details: { timeout: seconds } });
    call.emit(batch, memberTimedOut, { user: user.id }, { user, lastsMs: seconds * 1000, reason });
    batch.afterCommit(() => pace.reset(windowKey(messagePace.window, user.id)));
    await store.commit(batch);
    return { user, seconds };
  },
});
