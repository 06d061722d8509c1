import { z } from "zod";
import type { Access, Ask } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { Content, refuseTooLong } from "../messages/content.ts";
import { messagePace } from "../messages/pace.ts";
import { asking, findUser, type Member, memberOf } from "../users/access.ts";
import { nameKey, Speaker } from "../users/user.ts";
import { attendance, directMessageSent } from "./attendance.ts";

interface Line {
  readonly member: Member;
  readonly to: Speaker;
}

/** Somebody else who is here and can be spoken to: by name among those, or by id. */
const reachable = <In extends { readonly user: string }>(): Access<In, Line> => ({
  needs: "that the other is where direct messages are shown",
  async load(ask: Ask<In>) {
    const member = await asking(ask);
    const key = nameKey(ask.input.user);
    const there = [...ask.cell(attendance).values()].filter(({ community }) => community === ask.actor.community);
    const named = there.find(({ user }) => user.id === ask.input.user || nameKey(user.name) === key)?.user;
    const known = named ?? (await findUser(ask, ask.input.user));
    const to = there.find(({ user }) => user.id === known?.id)?.user;
    if (known?.id === member.user.id) throw new Refusal("invalid-input", "direct-message.self");
    // Who is invisible is not found out by a message.
    if (to && (await memberOf(ask, to.id))?.status.status !== "invisible") return { member, to };
    throw known
      ? new Refusal("unavailable", "direct-message.absent", { user: known.name })
      : new Refusal("not-found", "user", { user: ask.input.user });
  },
});

const User = z.string().min(1).max(200);

export const openDirectMessage = operation({
  name: "direct-message.open",
  summary: "Find out whether one can speak with somebody directly now.",
  input: () => z.object({ user: User }),
  output: () => z.object({ to: Speaker }),
  access: { line: reachable() },
  run: async ({ access }) => ({ to: access.line.to }),
});

export const sendDirectMessage = operation({
  name: "direct-message.send",
  summary: "Say something to one other person who is here. Nothing of it is kept, and nobody else can read it.",
  input: () => z.object({ user: User, content: Content }).refine(({ content }) => content !== "", "message.empty"),
  output: () => z.object({ to: Speaker }),
  access: { line: reachable() },
  pace: messagePace,
  check: refuseTooLong,
  async run(call) {
    const { member, to } = call.access.line;
    refuseTimedOut(call, member, messagePace);
    if (member.readOnly) throw new Refusal("forbidden", "guest.read-only");
    const said = { from: member.user, to, content: call.input.content };
    call.announce(directMessageSent, { user: member.user.id }, said);
    call.announce(directMessageSent, { user: to.id }, said);
    return { to };
  },
});
