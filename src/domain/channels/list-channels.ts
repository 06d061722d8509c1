import { z } from "zod";
import type { Ask } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { decideIn } from "../roles/permissions.ts";
import { type Member, signedIn } from "../users/access.ts";
import { Channel } from "./channel.ts";
import { channelsOf, channelView } from "./statements.ts";

/** The channels that a member may view, in order. */
export async function visibleChannels(ask: Ask<unknown>, member: Member): Promise<Channel[]> {
  const rows = await ask.store.all(channelsOf, { community: ask.actor.community });
  return rows.map(channelView).filter((channel) => decideIn(member, channel.rules, "view").allowed);
}

export const listAudience = operation({
  name: "channel.audience",
  summary: "The ids of the channels whose events the acting user hears.",
  input: z.object({}),
  output: z.object({ channels: z.array(z.string()) }),
  access: { member: signedIn() },
  async run(call) {
    return { channels: (await visibleChannels(call, call.access.member)).map(({ id }) => id) };
  },
});

export const listChannels = operation({
  name: "channel.list",
  summary: "The channels the acting user may view, in order.",
  input: z.object({}),
  output: z.object({ channels: z.array(Channel) }),
  access: { member: signedIn() },
  async run(call) {
    return { channels: await visibleChannels(call, call.access.member) };
  },
});
