import { z } from "zod";
import type { Ask } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { presentThreads } from "../threads/present-threads.ts";
import { MOST_LISTED, threadsIn } from "../threads/statements.ts";
import { type Member, signedIn } from "../users/access.ts";
import { peopleIn } from "../voice/seating.ts";
import { mayView } from "./access.ts";
import { type Channel, ListedChannel } from "./channel.ts";
import { channelsOf, channelsWithNewest, channelView } from "./statements.ts";

/** The channels that a member may view, in order. */
export async function visibleChannels(ask: Ask<unknown>, member: Member): Promise<Channel[]> {
  const rows = await ask.store.all(channelsOf, { community: ask.actor.community });
  return rows.flatMap((row) => {
    const channel = channelView(row);
    return mayView(ask, member, row, channel) ? [channel] : [];
  });
}

export const listAudience = operation({
  name: "channel.audience",
  summary: "The ids of the channels whose events the acting user hears.",
  input: () => z.object({}),
  output: () => z.object({ channels: z.array(z.string()) }),
  access: { member: signedIn() },
  /** Asked by the server itself, for each session at each change of roles or channels; no wire offers it. */
  pace: { burst: 1_000_000, perMinute: 60_000_000 },
  async run(call) {
    return { channels: (await visibleChannels(call, call.access.member)).map(({ id }) => id) };
  },
});

export const listChannels = operation({
  name: "channel.list",
  summary: "The channels the acting user may view, in order, each with its newest message, and forums with their threads.",
  input: () => z.object({}),
  output: () => z.object({ channels: z.array(ListedChannel) }),
  access: { member: signedIn() },
  /** Wide, because wires also ask on a viewer's behalf whenever a channel changed. */
  pace: { burst: 300, perMinute: 3000 },
  async run(call) {
    const { store, actor, access } = call;
    const rows = await store.all(channelsWithNewest, { community: actor.community });
    const channels = rows
      .filter((row) => mayView(call, access.member, row, channelView(row)))
      .map((row) => ({
        ...channelView(row),
        newest: row.newest_id !== null && row.newest_at !== null ? { id: row.newest_id, at: row.newest_at } : null,
        voice: peopleIn(call, row.id),
      }));
    const forums = new Map(channels.filter(({ kind }) => kind === "forum").map(({ id, name }) => [id, name]));
    const begun = forums.size ? await store.all(threadsIn, { channels: [...forums.keys()], most: MOST_LISTED }) : [];
    const threads = await presentThreads(store, begun, (channel) => forums.get(channel)!, actor.id);
    const byForum = Map.groupBy(threads, ({ place }) => place.channel);
    return { channels: channels.map((channel) => ({ ...channel, threads: byForum.get(channel.id) ?? [] })) };
  },
});
