import type { Access, Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { type ChannelAction, decideIn } from "../roles/permissions.ts";
import { asking, type Member, permitted } from "../users/access.ts";
import type { Channel, ChannelKind } from "./channel.ts";
import { channelByRef, channelView } from "./statements.ts";

/** The form in which channel names are compared. */
export const channelKey = (name: string): string => name.normalize("NFKC").toLowerCase();

/** Room for what an actor may use, and who they are there. */
export interface Admitted {
  readonly channel: Channel;
  readonly member: Member;
}

/** A channel that the actor may view; none where there is none or they may not. */
export async function viewed(ask: Ask<unknown>, ref: string): Promise<Admitted | undefined> {
  const member = await asking(ask);
  const row = await ask.store.one(channelByRef, { community: ask.actor.community, ref, key: channelKey(ref) });
  const channel = row && channelView(row);
  return channel && decideIn(member, channel.rules, "view").allowed ? { channel, member } : undefined;
}

/** A channel the actor may view, and `action` in. Not being allowed to view reads as not being there. */
export async function admitted(
  ask: Ask<unknown>,
  ref: string,
  action: ChannelAction,
  kinds?: readonly ChannelKind[],
): Promise<Admitted> {
  const found = await viewed(ask, ref);
  if (!found) throw new Refusal("not-found", "channel", { channel: ref });
  const { channel, member } = found;
  if (action !== "view" && !decideIn(member, channel.rules, action).allowed)
    throw new Refusal("forbidden", `channel.${action}`, { channel: channel.name });
  if (kinds && !kinds.includes(channel.kind))
    throw new Refusal("invalid-input", action === "send" ? "channel.kind" : "channel.unreadable", { kind: channel.kind });
  return found;
}

/** The channel that `which` names, for `action`. */
export const channelFor = <In>(
  action: ChannelAction,
  which: (input: In) => string,
  kinds?: readonly ChannelKind[],
): Access<In, Admitted> => ({
  needs: `\`${action}\` in the channel`,
  load: (ask) => admitted(ask, which(ask.input), action, kinds),
});

const manager = permitted("manage_channels");

/** The channel that `which` names, for whoever may manage channels and view this one: what is hidden from a manager stays hidden. */
export const managedChannel = <In>(which: (input: In) => string): Access<In, Admitted> => ({
  needs: `${manager.needs}, and \`view\` in the channel`,
  async load(ask) {
    await manager.load(ask);
    return admitted(ask, which(ask.input), "view");
  },
});
