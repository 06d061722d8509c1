import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { placeFor, refuseLocked } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { refuseTimedOut } from "./access.ts";
import { Place, typingStarted } from "./message.ts";

const Input = () => z.object(Where);

export const startTyping = operation({
  name: "typing.start",
  summary: "Tell a channel that one is writing a message. Nobody says that they stopped: clients forget it after ten seconds.",
  input: Input,
  output: () => z.object({ place: Place }),
  access: { to: placeFor("send") },
  /** originChats' web client says it every three seconds. */
  pace: { burst: 10, perMinute: 60 },
  async run(call) {
    const { channel, member, place } = call.access.to;
    refuseTimedOut(call, member);
    refuseLocked(call.access.to);
    call.announce(typingStarted, { channel: channel.id }, { place, user: member.user });
    return { place };
  },
});
