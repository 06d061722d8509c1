import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { Place } from "../messages/message.ts";
import { Speaker } from "../users/user.ts";

/** Why something was done, in the moderator's words. */
export const Reason = z.string().trim().max(500);
/** A user by id, full name or bare name. */
export const UserRef = z.string().min(1).max(200);

export const memberBanned = eventType({
  name: "member.banned",
  summary: "A user was banned; `until` in milliseconds since the epoch, null for ever.",
  data: () => z.object({ user: Speaker, reason: z.string().nullable(), until: z.number().nullable() }),
  durable: true,
});
export const memberUnbanned = eventType({
  name: "member.unbanned",
  summary: "A ban was lifted.",
  data: () => z.object({ user: Speaker }),
  durable: true,
});
export const memberKicked = eventType({
  name: "member.kicked",
  summary: "A user was thrown out and may come back.",
  data: () => z.object({ user: Speaker, reason: z.string().nullable() }),
  durable: true,
});
export const memberTimedOut = eventType({
  name: "member.timed-out",
  summary: "A member may not speak for `lastsMs` milliseconds; 0 means that they may again.",
  data: () => z.object({ user: Speaker, lastsMs: z.number(), reason: z.string().nullable() }),
  durable: true,
});
/** Why the server ends somebody's sessions. */
export const ENDINGS = ["ban", "kick", "password"] as const;
export const sessionEnded = eventType({
  name: "session.ended",
  summary: "The server ends the sessions of a user, on every wire; after a new password all but the one that set it.",
  data: () => z.object({ user: Speaker, cause: z.enum(ENDINGS), reason: z.string().nullable() }),
  durable: false,
});
export const messagePurged = eventType({
  name: "message.purged",
  summary: "Messages of one author were deleted from a channel together.",
  data: () => z.object({ place: Place, ids: z.array(z.string()) }),
  durable: true,
});
