import type { Access, Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { type ChannelAction, decide, decideIn } from "../roles/permissions.ts";
import { asking, type Member, permitted } from "../users/access.ts";
import type { Channel, ChannelKind } from "./channel.ts";
import { opened } from "../attendance/attendance.ts";
import { channelByRef, type ChannelRow, channelView } from "./statements.ts";

/** The form in which channel names are compared. */
export const channelKey = (name: string): string => name.normalize("NFKC").toLowerCase();

/** Whether somebody has opened a channel with the password it has now, or needs none because they manage channels. */
export const isOpenTo = ({ cell }: Pick<Ask<unknown>, "cell">, member: Member, id: string, secret: string): boolean =>
  decide(member, "manage_channels").allowed || cell(opened).get(member.user.id)?.get(id) === secret;

/** Whether a member may view a channel: by its rules and, where it has a password, because they have opened it. */
export const mayView = (
  ask: Pick<Ask<unknown>, "cell">,
  member: Member,
  { id, password }: ChannelRow,
  { rules }: Channel,
): boolean => decideIn(member, rules, "view").allowed && (password === null || isOpenTo(ask, member, id, password));

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
  return row && channel && mayView(ask, member, row, channel) ? { channel, member } : undefined;
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

/** A channel the actor could view if they knew its password; `secret` is the password's hash, if it has one. */
export const channelBehindPassword = <In>(which: (input: In) => string): Access<In, Admitted & { secret: string | null }> => ({
  needs: "`view` in the channel, and its password if it has one",
  async load(ask) {
    const ref = which(ask.input);
    const member = await asking(ask);
    const row = await ask.store.one(channelByRef, { community: ask.actor.community, ref, key: channelKey(ref) });
    const channel = row && channelView(row);
    if (!channel || !decideIn(member, channel.rules, "view").allowed) throw new Refusal("not-found", "channel", { channel: ref });
    return { channel, member, secret: row.password };
  },
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
