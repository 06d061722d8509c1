import { z } from "zod";
import { windowKey } from "../../kernel/pace.ts";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { messagePace } from "../messages/pace.ts";
import { decide } from "../roles/permissions.ts";
import { findUser, memberByRef, permitted, signedIn } from "../users/access.ts";
import { Speaker } from "../users/user.ts";
import { refuseUnlessAbove } from "./access.ts";
import { recordAct } from "./modlog.ts";
import { memberTimedOut, UserRef } from "./moderation.ts";
import { setTimeoutOf } from "./statements.ts";

export const showRateLimit = operation({
  name: "rate-limit.show",
  summary: "How much of their budget of messages a member has used; of others only with `manage_users`.",
  input: () => z.object({ user: UserRef.optional() }),
  output: () =>
    z.object({
      user: Speaker,
      inMinute: z.number(),
      perMinute: z.number(),
      inBurst: z.number(),
      burst: z.number(),
      /** Milliseconds left of a cool-down; 0 for none. */
      cooldownMs: z.number(),
    }),
  access: { member: signedIn() },
  async run(call) {
    const { input, access, settings, pace } = call;
    const { member } = access;
    const rule = messagePace.rule(settings);
    if (!rule) throw new Refusal("unavailable", "rate-limit.off");
    let { user } = member;
    if (input.user !== undefined) {
      const account = await findUser(call, input.user);
      if (account?.id !== user.id && !decide(member, "manage_users").allowed) throw new Refusal("forbidden", "rate-limit.own");
      if (!account) throw new Refusal("not-found", "user", { user: input.user });
      user = { id: account.id, name: account.name, realm: account.realm };
    }
    const { inMinute, inBurst, cooldownMs } = pace.status(windowKey(messagePace.window, user.id));
    return { user, inMinute, perMinute: rule.perMinute, inBurst, burst: rule.burst, cooldownMs };
  },
});

const Input = () => z.object({ user: UserRef });

export const resetRateLimit = operation({
  name: "rate-limit.reset",
  summary: "Forget what a member sent lately: ends a cool-down, and a time-out if the member stands below.",
  input: Input,
  output: () => z.object({ user: Speaker }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { input, access, actor, store, now, pace } = call;
    const member = await memberByRef(call, input.user);
    const { user } = member;
    const batch = new Batch();
    recordAct(batch, call, { action: "rate_limit_reset", target: user });
    if (member.timeoutUntil > now()) {
      refuseUnlessAbove(access.by, { user, member });
      batch.require(setTimeoutOf, { community: actor.community, user: user.id, until: 0, reason: null });
      call.emit(batch, memberTimedOut, { user: user.id }, { user, lastsMs: 0, reason: null });
    }
    batch.afterCommit(() => pace.reset(windowKey(messagePace.window, user.id)));
    await store.commit(batch);
    return { user };
  },
});
