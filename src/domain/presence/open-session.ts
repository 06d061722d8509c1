import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { sessionTokens } from "../sessions/tokens.ts";
import { memberOf, signedIn } from "../users/access.ts";
import { withdrawCommands } from "../slash/register-commands.ts";
import { standUp } from "../voice/seating.ts";
import { memberView } from "../users/member-view.ts";
import { identityOf } from "../users/statements.ts";
import { connected, memberConnected, memberDisconnected } from "./presence.ts";

export const openSession = operation({
  name: "session.open",
  summary: "A wire tells that the acting user's session is ready to hear.",
  input: () =>
    z.object({
      /** By which of the user's passwords they came, if by one: it may have been changed since it was looked at. */
      credential: z
        .int()
        .min(0)
        .max(2 ** 31)
        .optional(),
    }),
  output: () => z.object({}),
  access: { member: signedIn() },
  async run({ access: { member }, input: { credential }, actor, store, cell, announce }) {
    if (!actor.session) return {};
    if (credential !== undefined) {
      const identity = await store.one(identityOf, { kind: "password", user: actor.id });
      if (identity?.version !== credential) throw new Refusal("forbidden", "account.password");
    }
    const sessions = cell(connected);
    const mine = sessions.get(member.user.id) ?? [];
    if (mine.includes(actor.session)) return {};
    sessions.set(member.user.id, [...mine, actor.session]);
    if (!mine.length && member.status.status !== "invisible")
      announce(memberConnected, { community: actor.community }, { member: memberView(member) });
    return {};
  },
});

export const closeSession = operation({
  name: "session.close",
  summary: "A wire tells that the acting user's session has ended.",
  input: () => z.object({}),
  output: () => z.object({}),
  access: {},
  async run(call) {
    const { actor, cell, announce } = call;
    if (actor.session) {
      cell(sessionTokens).forget(actor.session);
      standUp(call, actor.session, false);
      withdrawCommands(call, actor.session);
    }
    const sessions = cell(connected);
    const mine = sessions.get(actor.id);
    if (!mine?.includes(actor.session!)) return {};
    const others = mine.filter((session) => session !== actor.session);
    if (others.length) {
      sessions.set(actor.id, others);
      return {};
    }
    sessions.delete(actor.id);
    const member = await memberOf(call, actor.id);
    if (member && member.status.status !== "invisible")
      announce(memberDisconnected, { community: actor.community }, { user: member.user });
    return {};
  },
});
