import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { visibleChannels } from "../channels/list-channels.ts";
import { keptUnder, Place } from "../messages/message.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { signedIn } from "../users/access.ts";
import { joinedThreads, type UnreadRow, unreadsIn, unreadsInThreads } from "./statements.ts";

/** Counts are exact up to here; more than this is told as this. */
const MOST_COUNTED = 10_000;
/** The whole list is asked for by everybody at once when they reconnect; nobody reads the difference between these in a badge. */
const MOST_LISTED = 1000;

/** Threads that are counted, the newest. */
const MOST_THREADS = 500;

const Unread = z.lazy(() =>
  z.object({
    place: Place,
    /** The message read up to; null when nothing was ever marked, and then everything counts. */
    lastRead: z.string().nullable(),
    unread: z.number(),
    total: z.number(),
  }),
);

const told = (place: Place, row: UnreadRow | undefined): z.output<typeof Unread> => ({
  place,
  lastRead: row?.last_read ?? null,
  unread: row?.unread ?? 0,
  total: row?.total ?? 0,
});

export const listUnreads = operation({
  name: "unread.list",
  summary:
    "How many messages the acting user has not read, for each text channel they may view and each thread they take part in; counts end at 1,000.",
  input: () => z.object({}),
  output: () => z.object({ unreads: z.array(Unread) }),
  access: { member: signedIn() },
  async run(call) {
    const { store, actor } = call;
    const visible = await visibleChannels(call, call.access.member);
    const places: Place[] = visible.filter(({ kind }) => kind === "text").map(({ id, name }) => ({ channel: id, name }));
    const asked = { user: actor.id, most: MOST_LISTED };
    const rows = await store.all(unreadsIn, { ...asked, channels: places.map(({ channel }) => channel) });
    const forums = new Map(visible.filter(({ kind }) => kind === "forum").map(({ id, name }) => [id, name]));
    if (forums.size) {
      const joined = await store.all(joinedThreads, { user: actor.id, channels: [...forums.keys()], most: MOST_THREADS });
      for (const { id, channel } of joined) places.push({ channel, name: forums.get(channel)!, thread: id });
      rows.push(...(await store.all(unreadsInThreads, { ...asked, threads: joined.map(({ id }) => id) })));
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    return { unreads: places.map((place) => told(place, byId.get(keptUnder(place)))) };
  },
});

const Input = () => z.object(Where);

export const countUnread = operation({
  name: "unread.count",
  summary: "How many messages of a channel or thread the acting user has not read; counts end at 10,000.",
  input: Input,
  output: () => Unread,
  access: { of: placeFor("view") },
  async run({ store, actor, access }) {
    const { place } = access.of;
    const asked = { user: actor.id, most: MOST_COUNTED };
    const row =
      place.thread === undefined
        ? await store.one(unreadsIn, { ...asked, channels: [place.channel] })
        : await store.one(unreadsInThreads, { ...asked, threads: [place.thread] });
    return told(place, row);
  },
});
