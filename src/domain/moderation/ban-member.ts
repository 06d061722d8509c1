import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import type { Place } from "../messages/message.ts";
import { Speaker } from "../users/user.ts";
import { userBelow } from "./access.ts";
import { recordAct } from "./modlog.ts";
import { memberBanned, messagePurged, Reason, sessionEnded, UserRef } from "./moderation.ts";
import { deleteMessages, putBan, writtenSince } from "./statements.ts";

const WEEK = 7 * 24 * 3_600_000;
/** Messages deleted with one ban; older ones stay. */
const MOST_PURGED = 2000;

const Input = () =>
  z.object({
    user: UserRef,
    reason: Reason.optional(),
    /** When the ban ends by itself, in milliseconds since the epoch; absent for never. */
    until: z.number().int().positive().optional(),
    /** Also deletes what they wrote in the last so many milliseconds, up to a week, the newest 2000 messages. */
    purgeMs: z.number().int().min(0).max(WEEK).default(0),
  });

export const banMember = operation({
  name: "member.ban",
  summary:
    "Shut a user out: their sessions end at once, and they cannot sign in until the ban is over. Their roles stay for then.",
  input: Input,
  output: () => z.object({ user: Speaker, until: z.number().nullable(), purged: z.number() }),
  access: { subject: userBelow<Made<typeof Input>>("manage_users", "ban_members") },
  async run(call) {
    const { input, access, actor, store, now } = call;
    const { user } = access.subject;
    const at = now();
    const until = input.until ?? null;
    if (until !== null && until <= at) throw new Refusal("invalid-input", "ban.until");
    const reason = input.reason || null;
    const { community } = actor;
    const written = input.purgeMs
      ? await store.all(writtenSince, { community, author: user.id, since: at - input.purgeMs, limit: MOST_PURGED })
      : [];
    const batch = new Batch().add(putBan, { community, user: user.id, reason, by: actor.id, at, until });
    recordAct(batch, call, {
      action: "user_ban",
      target: user,
      reason,
      details: { ...(until !== null && { until }), ...(input.purgeMs && { purged: written.length }) },
    });
    call.emit(batch, memberBanned, { operators: true }, { user, reason, until });
    call.emit(batch, sessionEnded, { user: user.id }, { user, cause: "ban", reason });
    if (written.length) batch.add(deleteMessages, { ids: written.map(({ id }) => id) });
    for (const [kept, rows] of Map.groupBy(written, (row) => row.place)) {
      const { channel, name } = rows[0]!;
      const place: Place = { channel, name, ...(kept !== channel && { thread: kept }) };
      call.emit(batch, messagePurged, { channel }, { place, ids: rows.map(({ id }) => id) });
    }
    await store.commit(batch);
    return { user, until, purged: written.length };
  },
});
