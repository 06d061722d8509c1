import { z } from "zod";

export const Bridged = z.strictObject({
  /** Id of the channel at Discord. */
  discord: z.string().regex(/^\d{5,25}$/),
  /** The channel here. */
  channel: z.string().min(1).max(200),
  /** Address of a webhook of the channel at Discord. It is a secret. */
  webhook: z.url({ protocol: /^https?$/ }).max(500),
});
export type Bridged = z.output<typeof Bridged>;

export const Options = z.lazy(() =>
  z.object({
    /** The bot's token. */
    token: z.string().max(200).default(""),
    channels: z.array(Bridged).max(50).default([]),
    gateway: z
      .url({ protocol: /^wss?$/ })
      .max(500)
      .default("wss://gateway.discord.gg"),
    /** Picture of people who have none, an https address. */
    avatar: z.string().max(500).default(""),
  }),
);
export type Options = z.output<typeof Options>;
