import type { World } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Channel } from "../channels/channel.ts";
import { peopleIn } from "./seating.ts";

/** A channel's user limit counts people, not sessions. */
export function refuseFull(world: Pick<World, "cell">, { id, userLimit }: Channel, user: string): void {
  if (!userLimit) return;
  const people = peopleIn(world, id);
  if (people.length >= userLimit && !people.some((one) => one.user.id === user))
    throw new Refusal("conflict", "voice.full", { max: userLimit });
}
