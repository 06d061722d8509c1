import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { eventType } from "../../kernel/event.ts";
import { Place } from "../messages/message.ts";
import { Speaker } from "../users/user.ts";

/** A session that can be spoken to directly. */
export interface Attendant {
  readonly user: Speaker;
  readonly community: string;
  /** Whether it is of a wire where people sit in one channel at a time; others read along in all. */
  readonly sits: boolean;
  place: Place | null;
}
/** By session id. */
export const attendance = cell("attendance", () => new Map<string, Attendant>());

/** By user id: the channels they have opened with their password, and what its hash was then. A changed password shuts them again. */
export const opened = cell("channels.opened", () => new Map<string, Map<string, string>>());

export const channelEntered = eventType({
  name: "channel.entered",
  summary: "Somebody sat down in a channel, on a wire where people sit in one at a time.",
  data: () => z.object({ place: Place, user: Speaker }),
  durable: false,
});
export const channelLeft = eventType({
  name: "channel.left",
  summary: "Somebody who sat in a channel got up.",
  data: () => z.object({ place: Place, user: Speaker }),
  durable: false,
});
export const directMessageSent = eventType({
  name: "direct-message.sent",
  summary: "Somebody said something to one other person; it is kept nowhere.",
  data: () => z.object({ from: Speaker, to: Speaker, content: z.string() }),
  durable: false,
});
