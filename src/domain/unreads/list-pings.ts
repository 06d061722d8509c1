import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { visibleChannels } from "../channels/list-channels.ts";
import { Message, Place } from "../messages/message.ts";
import { presentMessages } from "../messages/present.ts";
import { messagesByIds } from "../messages/statements.ts";
import { signedIn } from "../users/access.ts";
import { callsOn } from "./statements.ts";

/** So many of the newest are looked at, by name, by reply, and by each role: the list does not get slower with the years. */
const MOST_LOOKED_AT = 1000;

export const listPings = operation({
  name: "ping.list",
  summary:
    "The newest messages that call upon the acting user by name, by a role they hold now, or by a reply, where they may view them.",
  input: () =>
    z.object({
      limit: z.int().min(1).max(100).default(50),
      skip: z.int().min(0).max(1_000_000_000).default(0),
    }),
  output: () =>
    z.object({
      pings: z.array(z.object({ place: Place, message: Message })),
      total: z.number(),
    }),
  access: { member: signedIn() },
  async run(call) {
    const { input, store, actor } = call;
    const { member } = call.access;
    const names = new Map((await visibleChannels(call, member)).map(({ id, name }) => [id, name]));
    const channels = [...names.keys()];
    const targets = [
      { kind: "user", target: actor.id },
      { kind: "reply", target: actor.id },
      ...member.roles.map(({ name }) => ({ kind: "role", target: name.toLowerCase() })),
    ];
    const found = new Map<string, number>();
    for (const target of targets)
      for (const { id, n } of await store.all(callsOn, { ...target, channels, most: MOST_LOOKED_AT })) found.set(id, n);
    const newestFirst = [...found].toSorted(([, a], [, b]) => b - a).map(([id]) => id);
    const rows = await store.all(messagesByIds, { ids: newestFirst.slice(input.skip, input.skip + input.limit) });
    const messages = await presentMessages(call, rows, actor.id);
    return {
      pings: messages.map((message, at) => {
        const { channel, place } = rows[at]!;
        return { place: { channel, name: names.get(channel)!, ...(place !== channel && { thread: place }) }, message };
      }),
      total: newestFirst.length,
    };
  },
});
