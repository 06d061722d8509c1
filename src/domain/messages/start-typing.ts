import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { channelFor } from "../channels/access.ts";
import { refuseTimedOut } from "./access.ts";
import { Place, typingStarted } from "./message.ts";

const Input = z.object({ channel: z.string().min(1).max(200) });

export const startTyping = operation({
  name: "typing.start",
  summary: "Tell a channel that one is writing a message. Nobody says that they stopped: clients forget it after ten seconds.",
  input: Input,
  output: z.object({ place: Place }),
  access: { to: channelFor("send", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  /** originChats' web client says it every three seconds. */
  pace: { burst: 10, perMinute: 60 },
  async run(call) {
    const { channel, member } = call.access.to;
    refuseTimedOut(call, member);
    const place = { channel: channel.id, name: channel.name };
    call.announce(typingStarted, { channel: channel.id }, { place, user: member.user });
    return { place };
  },
});
