import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { decideIn } from "../roles/permissions.ts";
import { refuseClosed } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { type Found, messageIn, refuseTimedOut } from "./access.ts";
import { longerThan } from "./content.ts";
import { Place, reactionAdded, reactionRemoved } from "./message.ts";
import { dropReaction, insertReaction, reactionStanding } from "./statements.ts";

/** Different emoji on one message; how many people chose each is not limited. */
export const MOST_EMOJI = 50;

const Input = () =>
  z.object({
    ...Where,
    id: z.string().min(1).max(100),
    /** An emoji's characters, or the address of one of the community's own. */
    emoji: z
      .string()
      .min(1, "reaction.emoji")
      .max(400, "reaction.emoji")
      .refine((emoji) => !longerThan(emoji, 200), "reaction.emoji"),
  });
const Output = () => z.object({ place: Place, id: z.string(), emoji: z.string() });
const pace = { burst: 20, perMinute: 120 };

export const addReaction = operation({
  name: "reaction.add",
  summary: "React to a message with an emoji.",
  input: Input,
  output: Output,
  access: { to: messageIn<Made<typeof Input>>() },
  pace,
  async run(call) {
    const { to } = call.access;
    refuseTimedOut(call, to.member);
    refuseClosed(to);
    if (!mayReact(to)) throw new Refusal("forbidden", "channel.react");
    const { emoji } = call.input;
    const { id } = to.message;
    const { mine, kinds } = (await call.store.one(reactionStanding, { message: id, emoji, user: to.member.user.id }))!;
    if (mine) throw new Refusal("conflict", "reaction.exists");
    if (kinds >= MOST_EMOJI) throw new Refusal("too-large", "reaction.kinds", { max: MOST_EMOJI });
    const batch = new Batch().add(insertReaction, { message: id, emoji, user: to.member.user.id, at: call.now() });
    call.emit(batch, reactionAdded, { channel: to.channel.id }, { place: to.place, id, emoji, by: to.member.user });
    await call.store.commit(batch);
    return { place: to.place, id, emoji };
  },
});

export const removeReaction = operation({
  name: "reaction.remove",
  summary: "Take back one's own reaction to a message.",
  input: Input,
  output: Output,
  access: { from: messageIn<Made<typeof Input>>() },
  pace,
  async run(call) {
    const { from } = call.access;
    refuseClosed(from);
    if (!mayReact(from)) throw new Refusal("forbidden", "channel.unreact");
    const { emoji } = call.input;
    const { id } = from.message;
    const { mine } = (await call.store.one(reactionStanding, { message: id, emoji, user: from.member.user.id }))!;
    if (!mine) throw new Refusal("conflict", "reaction.absent");
    const batch = new Batch().require(dropReaction, { message: id, emoji, user: from.member.user.id });
    call.emit(batch, reactionRemoved, { channel: from.channel.id }, { place: from.place, id, emoji, by: from.member.user });
    await call.store.commit(batch);
    return { place: from.place, id, emoji };
  },
});

const mayReact = ({ member, channel }: Found): boolean => decideIn(member, channel.rules, "react").allowed;
