import type { Fetched, Heard, Host } from "../../src/plugins/host.ts";
import type { Bridged, Options } from "./options.ts";
import type { Pairs } from "./pairs.ts";

const LONGEST = 2000;
const MOST_WAITING = 500;
const MOST_TRIES = 5;

/** Says there what is said here, one message after the other for each channel, as fast as Discord allows. */
export function toDiscord(host: Host<Options>, pairs: Pairs, channels: readonly Bridged[]): void {
  for (const bridged of channels) {
    const speak = speaker(host, bridged);
    const here = ({ data }: Heard): boolean =>
      !data.place.thread &&
      (data.place.name.toLowerCase() === bridged.channel.toLowerCase() || data.place.channel === bridged.channel);

    host.on("message.created", (event) => {
      if (!here(event)) return;
      const { message } = event.data;
      // What came from there, and what another bridge of ours said.
      if (message.extra.webhook?.id === "plugin:discord-bridge") return;
      speak(async (send) => {
        const content = textOf(message);
        if (content === "") return;
        const answer = await send("POST", "?wait=true", { content, ...faceOf(message, host.options.avatar) });
        const there = answer && JSON.parse(answer.body)?.id;
        if (there) await pairs.keep({ here: message.id, there: String(there) });
      });
    });
    host.on("message.edited", (event) => {
      if (!here(event)) return;
      const { message } = event.data;
      speak(async (send) => {
        const there = await pairs.there(message.id);
        if (there) await send("PATCH", `/messages/${there}`, { content: textOf(message) });
      });
    });
    const deleted = (ids: readonly string[]) =>
      speak(async (send) => {
        for (const id of ids) {
          const there = await pairs.there(id);
          if (!there) continue;
          await pairs.forget(id);
          await send("DELETE", `/messages/${there}`);
        }
      });
    host.on("message.deleted", (event) => {
      if (here(event)) deleted([event.data.id]);
    });
    host.on("message.purged", (event) => {
      if (here(event)) deleted(event.data.ids);
    });
  }
}

type Send = (method: string, path: string, body?: object) => Promise<Fetched | undefined>;

/** One webhook: what it is to say waits in line, within bounds. */
function speaker(host: Host, { webhook, discord }: Bridged): (act: (send: Send) => Promise<void>) => void {
  const [address] = webhook.split("?");
  let waiting = 0;
  let queue = Promise.resolve();
  /** Milliseconds since the epoch before which nothing is sent. */
  let notBefore = 0;

  const send: Send = async (method, path, body) => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      await pause(host, notBefore - host.clock.now());
      const answer = await host.fetch(`${address}${path}`, {
        method,
        ...(body && {
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ ...body, allowed_mentions: { parse: [] } }),
        }),
      });
      if (answer.headers["x-ratelimit-remaining"] === "0")
        notBefore = host.clock.now() + Number(answer.headers["x-ratelimit-reset-after"] ?? 1) * 1000;
      if (answer.status === 429) notBefore = host.clock.now() + retryAfterMs(answer);
      else if (answer.status >= 500) notBefore = host.clock.now() + 2000 * (tries + 1);
      else if (answer.status === 404 && method !== "POST") return undefined;
      else if (answer.status >= 400) throw new Error(`Discord answered ${answer.status}`);
      else return answer;
    }
    throw new Error("Discord did not take it");
  };

  return (act) => {
    if (waiting >= MOST_WAITING) return host.log.warn("bridge.dropped", { channel: discord });
    waiting++;
    queue = queue
      .then(() => act(send))
      .catch((why) => host.log.warn("bridge.lost", { channel: discord, error: (why as Error).message }))
      .finally(() => waiting--);
  };
}

function retryAfterMs({ headers, body }: Fetched): number {
  let seconds = Number(headers["retry-after"] ?? Number.NaN);
  try {
    seconds = Number((JSON.parse(body) as { retry_after?: number }).retry_after ?? seconds);
  } catch {
    // The header says it too.
  }
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 600) * 1000 : 5000;
}

/** Waits by the host's clock; ends with the plugin. */
const pause = (host: Host, ms: number): Promise<void> =>
  ms <= 0
    ? Promise.resolve()
    : new Promise((go) => {
        const undo = host.every(
          `${Math.max(1000, Math.ceil(ms))}ms`,
          () => {
            undo();
            go();
          },
          { where: "each" },
        );
      });

const textOf = ({ content, embeds = [] }: any): string =>
  [content, ...embeds.flatMap(({ title, description, url }: any) => [title, description, url])]
    .filter(Boolean)
    .join("\n")
    .replace(/@(everyone|here)/g, "@\u200b$1")
    .slice(0, LONGEST);

/** Discord takes no name with `discord` or `clyde` in it, and none that is empty or longer than 80. */
function faceOf({ author, extra }: any, standard: string): { username: string; avatar_url?: string } {
  const name: string = extra.webhook?.name ?? author.name;
  const username =
    name
      .replace(/d(?=iscord)/gi, "d\u200b")
      .replace(/c(?=lyde)/gi, "c\u200b")
      .slice(0, 80) || "somebody";
  const avatar: string = extra.webhook?.avatar ?? standard;
  return { username, ...(avatar.startsWith("https://") && { avatar_url: avatar }) };
}
