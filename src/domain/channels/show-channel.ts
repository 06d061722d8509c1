import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { channelFor } from "./access.ts";
import { Channel } from "./channel.ts";

const Input = () => z.strictObject({ channel: z.string().min(1).max(200) });

export const showChannel = operation({
  name: "channel.show",
  summary: "One channel with its rules and settings, by name or id.",
  input: Input,
  output: () => z.object({ channel: Channel }),
  access: { of: channelFor("view", (input: Made<typeof Input>) => input.channel) },
  run: async ({ access }) => ({ channel: access.of.channel }),
});
