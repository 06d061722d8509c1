import { z } from "zod";
import type { Ask } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { isHere, seenView } from "../presence/seen.ts";
import type { HeldRole } from "../roles/permissions.ts";
import { rolesHeldByAll } from "../roles/statements.ts";
import { heldRole, type Member, memberFrom, signedIn } from "./access.ts";
import { membersOf } from "./statements.ts";
import { MemberView } from "./user.ts";

/** Everybody who is not banned, in two reads whatever their number. */
export async function everyMember(ask: Ask<unknown>): Promise<Member[]> {
  const { community } = ask.actor;
  const rows = await ask.store.all(membersOf, { community, now: ask.now() });
  const known = new Map<string, HeldRole>();
  const held = new Map<string, HeldRole[]>();
  for (const row of await ask.store.all(rolesHeldByAll, { community })) {
    let role = known.get(row.id);
    if (!role) known.set(row.id, (role = heldRole(row)));
    const roles = held.get(row.user_);
    if (roles) roles.push(role);
    else held.set(row.user_, [role]);
  }
  return rows.map((row) => memberFrom(row, held.get(row.id) ?? []));
}

export const listUsers = operation({
  name: "user.list",
  summary: "All members who are not banned, as others see them.",
  input: () =>
    z.object({
      /** Only those who are seen to be here. */
      here: z.boolean().default(false),
    }),
  output: () => z.object({ members: z.array(MemberView) }),
  access: { by: signedIn() },
  async run(call) {
    let members = await everyMember(call);
    if (call.input.here) members = members.filter(({ user, status }) => isHere(call, user.id) && status.status !== "invisible");
    return { members: members.map((member) => seenView(call, member)) };
  },
});
