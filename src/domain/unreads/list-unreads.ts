import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { channelFor } from "../channels/access.ts";
import { visibleChannels } from "../channels/list-channels.ts";
import { Place } from "../messages/message.ts";
import { signedIn } from "../users/access.ts";
import { type UnreadRow, unreadsIn } from "./statements.ts";

/** Counts are exact up to here; more than this is told as this. */
export const MOST_COUNTED = 10_000;
/** The whole list is asked for by everybody at once when they reconnect; nobody reads the difference between these in a badge. */
const MOST_LISTED = 1000;

const Unread = z.object({
  place: Place,
  /** The message read up to; null when nothing was ever marked, and then everything counts. */
  lastRead: z.string().nullable(),
  unread: z.number(),
  total: z.number(),
});

const told = (place: Place, row: UnreadRow | undefined): z.output<typeof Unread> => ({
  place,
  lastRead: row?.last_read ?? null,
  unread: row?.unread ?? 0,
  total: row?.total ?? 0,
});

export const listUnreads = operation({
  name: "unread.list",
  summary: "How many messages the acting user has not read, for each text channel they may view; counts end at 1,000.",
  input: z.object({}),
  output: z.object({ unreads: z.array(Unread) }),
  access: { member: signedIn() },
  async run(call) {
    const visible = (await visibleChannels(call, call.access.member)).filter(({ kind }) => kind === "text");
    const channels = visible.map(({ id }) => id);
    const rows = await call.store.all(unreadsIn, { user: call.actor.id, channels, most: MOST_LISTED });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return { unreads: visible.map(({ id, name }) => told({ channel: id, name }, byId.get(id))) };
  },
});

const Input = z.object({ channel: z.string().min(1).max(200) });

export const countUnread = operation({
  name: "unread.count",
  summary: "How many messages of a channel the acting user has not read; counts end at 10,000.",
  input: Input,
  output: Unread,
  access: { of: channelFor("view", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  async run({ store, actor, access }) {
    const { id, name } = access.of.channel;
    const row = await store.one(unreadsIn, { user: actor.id, channels: [id], most: MOST_COUNTED });
    return told({ channel: id, name }, row);
  },
});
