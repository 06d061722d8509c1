import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import type { Call } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { keptUnder, Place } from "../messages/message.ts";
import { markOf, putMark } from "./statements.ts";

export const readMarkMoved = eventType({
  name: "read-mark.moved",
  summary: "A user has read a place up to a message; told to all sessions of that user.",
  data: () => z.object({ place: Place, message: z.string() }),
  durable: false,
});

/** A message by its id and its place in the order, which outlives it. */
export interface Mark {
  readonly id: string;
  readonly n: number;
}

/** Writes down how far the acting user has read, when that is news, and tells their sessions either way. */
export async function moveMark(call: Call<unknown, unknown>, place: Place, to: Mark): Promise<void> {
  const { actor, store } = call;
  if (actor.kind !== "user") return;
  const user = actor.id;
  const data = { place, message: to.id };
  const before = await store.one(markOf, { user, place: keptUnder(place) });
  if (before?.n === to.n) return call.announce(readMarkMoved, { user }, data);
  const batch = new Batch().add(putMark, {
    user,
    place: keptUnder(place),
    channel: place.channel,
    message: to.id,
    n: to.n,
    at: call.now(),
  });
  call.emit(batch, readMarkMoved, { user }, data);
  await store.commit(batch);
}
