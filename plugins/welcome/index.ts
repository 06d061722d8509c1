import { z } from "zod";
import type { Bundled } from "../../src/plugins/bundled.ts";
import type { Heard } from "../../src/plugins/host.ts";

const Options = z.lazy(() =>
  z.object({
    channel: z.string().min(1).max(200).default("general"),
    /** `{username}` is replaced. */
    message: z.string().min(1).max(1000).default("Welcome to the server, {username}!"),
    /** Once for everybody who becomes a member; else whenever somebody comes online. */
    firstTimeOnly: z.boolean().default(true),
    /** The name it writes under. */
    as: z.string().min(1).max(80).default("originChats"),
  }),
);

/** Greets who joins (reference/originchats.md §9.3). */
export default {
  name: "welcome",
  version: "1.0.0",
  description: "Greets newcomers in a channel.",
  options: Options,
  rights: { operations: ["message.send"], events: ["member.joined", "presence.connected"] },
  start(host) {
    const { channel, message, firstTimeOnly, as } = host.options;
    const greet = async ({ data }: Heard) => {
      const { name } = data.member.user;
      await host.call("message.send", { channel, content: message.replaceAll("{username}", () => name), as: { name: as } });
    };
    host.on(firstTimeOnly ? "member.joined" : "presence.connected", greet);
  },
} satisfies Bundled<typeof Options>;
