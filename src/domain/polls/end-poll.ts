import { z } from "zod";
import type { Call } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { type Act, recordAct } from "../moderation/modlog.ts";
import { type Place } from "../messages/message.ts";
import { placeOfMessage } from "../messages/statements.ts";
import { decide } from "../roles/permissions.ts";
import { refuseLocked } from "../threads/access.ts";
import { byConsole } from "../users/access.ts";
import { pollFor } from "./access.ts";
import { PollAt, pollEnded, PollRef, Voters } from "./poll.ts";
import { presentPolls, votersAfterEnd } from "./present-polls.ts";
import { duePolls, endPollAt, type PollRow } from "./statements.ts";

const Ended = PollAt.extend({ voters: Voters });

export const endPoll = operation({
  name: "poll.end",
  summary: "End one's own poll, or with `manage_messages` anybody's.",
  input: () => z.object({ poll: PollRef }),
  output: () => Ended,
  access: { of: pollFor },
  async run(call) {
    const { member, message, row, place, channel } = call.access.of;
    const own = message.author === member.user.id;
    if (!own && !decide(member, "manage_messages").allowed)
      throw new Refusal("forbidden", "permission", { permission: "manage_messages" });
    refuseLocked(call.access.of);
    if (row.ended_at !== null) throw new Refusal("conflict", "poll.already-ended");
    return finishPoll(call, place, row, own ? undefined : { action: "poll_end", details: { channel: channel.name } });
  },
});

/** Ends a running poll and says so, once: whoever comes second meets a conflict. */
export async function finishPoll(
  call: Call<unknown, unknown>,
  place: Place,
  row: PollRow,
  act?: Pick<Act, "action" | "details">,
): Promise<z.output<typeof Ended>> {
  const { store } = call;
  const at = call.now();
  const batch = new Batch().require(endPollAt, { id: row.id, at });
  if (act) recordAct(batch, call, { ...act, target: { id: row.message, name: null } });
  await store.commit(batch);
  // Read only now: a vote that came in the meantime counts.
  const poll = (await presentPolls(store, [{ ...row, ended_at: at }]))[0]!;
  const ended = { place, message: row.message, poll, voters: await votersAfterEnd(store, poll) };
  call.announce(pollEnded, { channel: place.channel }, ended);
  return ended;
}

export const endDuePolls = operation({
  name: "poll.end-due",
  summary: "End the polls whose time is up.",
  input: () => z.object({ most: z.int().min(1).max(1000).default(100) }),
  output: () => z.object({ ended: z.number() }),
  access: { by: byConsole() },
  async run(call) {
    let ended = 0;
    for (const row of await call.store.all(duePolls, { now: call.now(), limit: call.input.most })) {
      const where = await call.store.one(placeOfMessage, { id: row.message });
      if (!where) continue;
      const { channel, name, place } = where;
      try {
        await finishPoll(call, { channel, name, ...(place !== channel && { thread: place }) }, row);
        ended++;
      } catch (why) {
        // Somebody ended it a moment before.
        if (!(why instanceof Refusal && why.reason === "store.changed")) throw why;
      }
    }
    return { ended };
  },
});
