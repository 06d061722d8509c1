import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { MemberView } from "../users/user.ts";

/** What a person types as name and password; the rules are originChats' (reference/originchats.md §1.5). */
export const Credentials = z.object({
  name: z.string().max(1000).trim().toLowerCase().min(1, "account.blank"),
  password: z.string().max(1000).min(1, "account.blank"),
});

export const memberJoined = eventType({
  name: "member.joined",
  summary: "Somebody became a member of the community.",
  data: z.object({ member: MemberView }),
  durable: true,
  reshapes: ({ member }) => ({ user: member.user.id }),
});
