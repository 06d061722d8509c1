import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { channelByRef, channelView } from "../channels/statements.ts";
import { connected } from "../presence/presence.ts";
import { mayView } from "../channels/access.ts";
import { memberOf, permitted } from "../users/access.ts";
import { nameKey } from "../users/user.ts";
import { dropSubscription, subscriptionsOf, subscriptionsOfRoles } from "./statements.ts";

/** Browsers that one message can notify. */
const MOST = 2000;
/** Whom a message can call upon. */
const MOST_CALLED = 200;
const Id = z.string().max(100);

export const Notified = z.lazy(() =>
  z.object({
    user: z.string(),
    endpoint: z.string(),
    p256dh: z.string(),
    auth: z.string(),
    /** What the message is to them; of several the first in this order. */
    why: z.union([z.object({ kind: z.enum(["user", "reply"]) }), z.object({ kind: z.literal("role"), role: z.string() })]),
  }),
);
export type Notified = z.output<typeof Notified>;

export const findAbsent = operation({
  name: "push.find-absent",
  summary: "The browsers of those whom a message calls upon, who are not connected and may view its channel.",
  input: () =>
    z.object({
      channel: Id,
      author: Id,
      users: z.array(Id).max(MOST_CALLED),
      replies: z.array(Id).max(MOST_CALLED),
      /** Names. */
      roles: z.array(z.string().max(200)).max(MOST_CALLED),
    }),
  output: () => z.object({ notified: z.array(Notified) }),
  access: { by: permitted("administrator") },
  async run(call) {
    const { input, store, actor, settings, cell } = call;
    if (!settings.push.enabled) return { notified: [] };
    const row = await store.one(channelByRef, { community: actor.community, ref: input.channel, key: "" });
    if (!row) return { notified: [] };
    const channel = channelView(row);
    const named = input.users.length || input.replies.length;
    const direct = named ? await store.all(subscriptionsOf, { users: [...input.users, ...input.replies], limit: MOST }) : [];
    const byRole = input.roles.length
      ? await store.all(subscriptionsOfRoles, { community: actor.community, roles: input.roles.map(nameKey), limit: MOST })
      : [];
    const found = new Map<string, Notified>();
    const add = ({ user_: user, endpoint, p256dh, auth }: (typeof direct)[number], why: Notified["why"]) => {
      if (!found.has(endpoint) && found.size < MOST) found.set(endpoint, { user, endpoint, p256dh, auth, why });
    };
    for (const one of direct) add(one, { kind: input.users.includes(one.user_) ? "user" : "reply" });
    for (const one of byRole) add(one, { kind: "role", role: one.role });
    const here = cell(connected);
    const mayKnow = async (user: string): Promise<boolean> => {
      if (user === input.author || here.has(user)) return false;
      const member = await memberOf(call, user);
      return member !== undefined && !member.banned && mayView(call, member, row, channel);
    };
    const notified: Notified[] = [];
    for (const one of found.values()) if (await mayKnow(one.user)) notified.push(one);
    return { notified };
  },
});

export const forgetSubscription = operation({
  name: "push.forget",
  summary: "A push service says that a browser is gone.",
  input: () => z.object({ user: Id, endpoint: z.string().max(2048) }),
  output: () => z.object({}),
  access: { by: permitted("administrator") },
  async run({ input, store }) {
    await store.commit(new Batch().add(dropSubscription, input));
    return {};
  },
});
