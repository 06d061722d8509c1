import { z } from "zod";
import type { Bundled } from "../../src/plugins/bundled.ts";

const Options = z.lazy(() =>
  z.object({
    /** Address of a Jitsi server, `https://meet.example.org`. */
    url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
    /** How a room is called when nobody names one; `{channel}` is replaced. */
    room: z.string().min(1).max(100).default("{channel}"),
    /** Whether the server wants tokens; the section `tokens` of config.json5 says how they are signed. */
    token: z.boolean().default(true),
    /** How long a link lets people in, in minutes. */
    minutes: z.number().int().min(1).max(1440).default(60),
  }),
);

/** `/meet`: a link to a room of a Jitsi server, with a token that lets whoever reads the channel in. */
export default {
  name: "meet",
  version: "1.0.0",
  description: "/meet answers with a link to a video room.",
  options: Options,
  rights: { operations: ["token.mint", "channel.list"], permissions: ["manage_server"] },
  start(host) {
    const { url, room: pattern, token, minutes } = host.options;
    host.slash({
      name: "meet",
      description: "A link to a video room for everybody in this channel",
      options: [{ name: "room", description: "Name of the room", required: false }],
      async run({ channel, args, call }) {
        if (!url) return host.refuse("There is no video server; the operator sets the option url of the plugin meet");
        const { channels } = await call("channel.list", {});
        const name: string = channels.find((one: any) => one.id === channel || one.name === channel)?.name ?? channel;
        const room = roomName(args["room"]?.trim() || pattern.replaceAll("{channel}", () => name));
        if (room === "") host.refuse("A room is named with letters, digits and hyphens");
        const link = `${url.replace(/\/$/, "")}/${room}`;
        if (!token) return `📹 ${link}`;
        const minted = await host.call("token.mint", { kind: "jitsi", room, name: `#${name}`, validFor: minutes * 60 });
        return `📹 ${link}?jwt=${minted.token}\nThe link lets everybody here in for ${minutes} minutes.`;
      },
    });
  },
} satisfies Bundled<typeof Options>;

/** As Jitsi's addresses hold it: small letters, digits, hyphens. */
const roomName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100);
