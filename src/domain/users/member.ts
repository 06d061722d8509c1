import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { MemberView, Speaker } from "./user.ts";

export const memberUpdated = eventType({
  name: "member.updated",
  summary: "A member's name, nickname or picture changed.",
  data: () =>
    z.object({
      member: MemberView,
      before: z.object({ user: Speaker, nickname: z.string().nullable(), avatar: z.string().nullable() }),
      /** Whether others see the member as being here. */
      here: z.boolean(),
    }),
  durable: true,
});

export const memberLeft = eventType({
  name: "member.left",
  summary: "A member left the community, or their account was removed.",
  data: () => z.object({ user: Speaker }),
  durable: true,
  reshapes: ({ user }) => ({ user: user.id }),
});

export const memberDeparted = eventType({
  name: "member.departed",
  summary: "Tells a member's own sessions that they are no member any more.",
  data: () => z.object({ user: Speaker }),
  durable: false,
});
