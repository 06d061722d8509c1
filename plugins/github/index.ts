import { z } from "zod";
import type { Bundled } from "../../src/plugins/bundled.ts";
import type { Host } from "../../src/plugins/host.ts";
import { lineOf } from "./events.ts";

const Feed = z.strictObject({
  /** `owner/name`. */
  repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  channel: z.string().min(1).max(200),
  /** GitHub's names of events (`PushEvent`, `IssuesEvent`, …); without it all that are known. */
  events: z.array(z.string().max(100)).max(50).optional(),
});
const Options = z.lazy(() =>
  z.object({
    feeds: z.array(Feed).max(50).default([]),
    /** Asks more often than the sixty times an hour that GitHub allows everybody. */
    token: z.string().max(500).default(""),
    /** How often to ask, in minutes. */
    minutes: z.number().int().min(1).max(1440).default(5),
  }),
);

const MOST_AT_ONCE = 10;

/** Tells channels what happens in repositories, by asking GitHub now and then: nothing has to reach this server from outside. */
export default {
  name: "github",
  version: "1.0.0",
  description: "Tells channels what happens in GitHub repositories.",
  options: Options,
  rights: { operations: ["message.send"], hosts: ["api.github.com"], storage: 262_144 },
  start(host) {
    const { feeds, minutes } = host.options;
    if (feeds.length === 0) return;
    host.every(`${minutes}m`, async () => {
      for (const feed of feeds) {
        try {
          await tell(host, feed);
        } catch (why) {
          host.log.warn("github.failed", { repository: feed.repository, error: (why as Error).message });
        }
      }
    });
  },
} satisfies Bundled<typeof Options>;

interface Seen {
  readonly etag: string;
  /** The newest event that was told; events have rising numbers. */
  readonly newest: string;
}

/** What is new in one repository. What was there before the first time is not told. */
async function tell(host: Host<z.output<typeof Options>>, feed: z.output<typeof Feed>): Promise<void> {
  const key = `${feed.repository.toLowerCase()} ${feed.channel}`;
  const seen = (await host.store.get(key)) as Seen | undefined;
  const answer = await host.fetch(`https://api.github.com/repos/${feed.repository}/events?per_page=50`, {
    timeoutMs: 4000,
    headers: {
      accept: "application/vnd.github+json",
      ...(seen && { "if-none-match": seen.etag }),
      ...(host.options.token && { authorization: `Bearer ${host.options.token}` }),
    },
  });
  if (answer.status === 304) return;
  if (answer.status !== 200) throw new Error(`GitHub answered ${answer.status}`);
  const events = (JSON.parse(answer.body) as any[]).filter(({ id }) => /^\d{1,30}$/.test(String(id)));
  const newest = events.reduce((most, { id }) => (BigInt(id) > BigInt(most) ? String(id) : most), seen?.newest ?? "0");
  await host.store.set(key, { etag: answer.headers["etag"] ?? "", newest } satisfies Seen);
  if (!seen) return;
  const fresh = events
    .filter(({ id, type }) => BigInt(id) > BigInt(seen.newest) && (feed.events?.includes(type) ?? true))
    .toReversed();
  const lines = fresh.flatMap((event) => lineOf(event, feed.repository) ?? []);
  for (const line of lines.slice(0, MOST_AT_ONCE))
    await host.call("message.send", { channel: feed.channel, content: line, as: { name: "GitHub" } });
  if (lines.length > MOST_AT_ONCE)
    await host.call("message.send", {
      channel: feed.channel,
      content: `… and ${lines.length - MOST_AT_ONCE} more: https://github.com/${feed.repository}/activity`,
      as: { name: "GitHub" },
    });
}
