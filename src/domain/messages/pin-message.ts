import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { decideIn } from "../roles/permissions.ts";
import { Where } from "../threads/where.ts";
import { messageIn } from "./access.ts";
import { messagePinned, Place } from "./message.ts";
import { countPinned, setPinned } from "./statements.ts";

/** The list of pins is shown whole, so it must end somewhere. */
export const MOST_PINNED = 250;

const Input = () =>
  z.object({
    ...Where,
    id: z.string().min(1).max(100),
    /** False takes the message off the list again. */
    pinned: z.boolean().default(true),
  });

export const pinMessage = operation({
  name: "message.pin",
  summary: "Put a message on the channel's list of pinned messages, or take it off. Nothing happens when it is so already.",
  input: Input,
  output: () => z.object({ place: Place, id: z.string(), pinned: z.boolean() }),
  access: { of: messageIn<Made<typeof Input>>() },
  async run(call) {
    const { pinned } = call.input;
    const { channel, member, message, place } = call.access.of;
    if (!decideIn(member, channel.rules, "pin").allowed) throw new Refusal("forbidden", "channel.pin");
    const done = { place, id: message.id, pinned };
    if ((message.pinned_at !== null) === pinned) return done;
    if (pinned && (await call.store.one(countPinned, { place: message.place }))!.pinned >= MOST_PINNED)
      throw new Refusal("too-large", "message.pins", { max: MOST_PINNED });
    const batch = new Batch().require(setPinned, { id: message.id, at: pinned ? call.now() : null });
    call.emit(batch, messagePinned, { channel: channel.id }, { ...done, by: member.user });
    recordAct(batch, call, {
      action: pinned ? "message_pin" : "message_unpin",
      target: { id: message.id, name: null },
      details: { channel: channel.name },
    });
    await call.store.commit(batch);
    return done;
  },
});
