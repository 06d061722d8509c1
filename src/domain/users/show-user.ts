import { z } from "zod";
import { Refusal } from "../../kernel/refusal.ts";
import { operation } from "../../kernel/operation.ts";
import { isHere, seenView } from "../presence/seen.ts";
import { memberByRef, memberOf, findUser, permitted, signedIn } from "./access.ts";
import { MemberView, REALMS, Speaker } from "./user.ts";

const Named = () => z.object({ user: z.string().min(1).max(200) });

export const showMember = operation({
  name: "member.show",
  summary: "One member, as others see them.",
  input: Named,
  output: () => z.object({ member: MemberView }),
  access: { by: signedIn() },
  async run(call) {
    const member = await memberByRef(call, call.input.user);
    const own = member.user.id === call.access.by.user.id;
    return { member: { ...seenView(call, member), ...(own && { status: member.status }) } };
  },
});

export const showUser = operation({
  name: "user.show",
  summary: "An account and its place in the community, for those who look after members.",
  input: Named,
  output: () =>
    z.object({
      user: Speaker,
      realm: z.enum(REALMS),
      /** Milliseconds since the epoch. */
      createdAt: z.number(),
      member: MemberView.nullable(),
      here: z.boolean(),
      banned: z.boolean(),
      timeoutUntil: z.number(),
    }),
  access: { by: permitted("manage_users") },
  async run(call) {
    const row = await findUser(call, call.input.user);
    if (!row) throw new Refusal("not-found", "user", { user: call.input.user });
    const member = await memberOf(call, row.id);
    return {
      user: { id: row.id, name: row.name, realm: row.realm },
      realm: row.realm,
      createdAt: row.created_at,
      member: member ? seenView(call, member) : null,
      here: isHere(call, row.id),
      banned: member?.banned ?? false,
      timeoutUntil: member?.timeoutUntil ?? 0,
    };
  },
});
