import type { Bundled } from "../../src/plugins/bundled.ts";
import { fromDiscord, type Incoming } from "./from-discord.ts";
import { openGateway } from "./gateway.ts";
import { Options } from "./options.ts";
import { Pairs } from "./pairs.ts";
import { toDiscord } from "./to-discord.ts";

/**
 * Mirrors channels of a Discord server, both ways: messages, edits, deletions. Discord is heard over its gateway and spoken to over one webhook
 * for each channel, so that everybody there keeps their name and picture (reference/originchats.md §9.3).
 */
export default {
  name: "discord-bridge",
  version: "1.0.0",
  description: "Mirrors channels of a Discord server, both ways.",
  options: Options,
  rights: {
    operations: ["message.send", "message.edit", "message.delete"],
    events: ["message.created", "message.edited", "message.deleted", "message.purged"],
    hosts: ["discord.com", "gateway.discord.gg", "*.discord.gg"],
    storage: 8_388_608,
  },
  start(host) {
    const { options } = host;
    if (!options.token || options.channels.length === 0) {
      host.log.warn("bridge.idle", { why: "the options token and channels are not set" });
      return;
    }
    const pairs = new Pairs(host.store);
    const there = new Map(options.channels.map((one) => [one.discord, one]));
    const hooks = new Set(options.channels.map(({ webhook }) => new URL(webhook).pathname.split("/").at(-2)!));
    const hear = fromDiscord(host, pairs);
    let queue = Promise.resolve();
    const inTurn = (act: () => Promise<void>) => {
      queue = queue.then(act).catch((why) => host.log.warn("bridge.lost", { error: (why as Error).message }));
    };

    openGateway(host, {
      token: options.token,
      url: options.gateway,
      dispatch(type, data: Incoming, own) {
        const channel = there.get(String(data.channel_id));
        // What this bridge said there comes back; it is not said here again.
        if (!channel || (data.webhook_id && hooks.has(data.webhook_id)) || (data.author && data.author.id === own)) return;
        inTurn(() => hear(type, data, channel));
      },
    });
    toDiscord(host, pairs, options.channels);
    host.every("1h", () => pairs.prune(), { where: "each" });
  },
} satisfies Bundled<typeof Options>;
