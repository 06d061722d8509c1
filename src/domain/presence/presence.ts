import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { eventType } from "../../kernel/event.ts";
import { MemberView, Speaker, Status } from "../users/user.ts";

/** Which sessions each user has open here: user id → session ids. Most have one or two: an array takes a tenth of a set's room. */
export const connected = cell("presence.connected", () => new Map<string, readonly string[]>());

export const memberConnected = eventType({
  name: "presence.connected",
  summary: "A member is here: their first session opened, or they stopped being invisible.",
  data: () => z.object({ member: MemberView }),
  durable: false,
});
export const memberDisconnected = eventType({
  name: "presence.disconnected",
  summary: "A member is gone: their last session ended, or they became invisible.",
  data: () => z.object({ user: Speaker }),
  durable: false,
});
export const statusChanged = eventType({
  name: "status.changed",
  summary: "A member's status changed; of one who is invisible only their own sessions hear.",
  data: () => z.object({ user: Speaker, status: Status }),
  durable: false,
});
