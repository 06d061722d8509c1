import type { Access } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { type Found, messageIn } from "../messages/access.ts";
import { messageById } from "../messages/statements.ts";
import { asking } from "../users/access.ts";
import { pollByRef, type PollRow } from "./statements.ts";

/** A poll, the message that bears it, and where that stands. */
export interface PollFound extends Found {
  readonly row: PollRow;
}

const message = messageIn("poll");

/** A poll by its id or its message's, for whoever may view the channel. Not being allowed to view reads as not being there. */
export const pollFor: Access<{ readonly poll: string }, PollFound> = {
  needs: "`view` in the poll's channel",
  async load(ask) {
    await asking(ask);
    const row = await ask.store.one(pollByRef, { ref: ask.input.poll });
    const bears = row && (await ask.store.one(messageById, { id: row.message }));
    if (!row || !bears) throw new Refusal("not-found", "poll");
    const where = bears.place === bears.channel ? { channel: bears.channel } : { thread: bears.place };
    try {
      return { ...(await message.load({ ...ask, input: { ...where, id: row.message } })), row };
    } catch (why) {
      throw why instanceof Refusal && why.code === "not-found" ? new Refusal("not-found", "poll") : why;
    }
  },
};
