import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { replaceHeldRoles } from "../roles/held-roles.ts";
import { rolesHere } from "../roles/role-table.ts";
import { signedIn } from "../users/access.ts";
import { MemberView } from "../users/user.ts";
import { Code, openInvite } from "./invite.ts";

export const redeemInvite = operation({
  name: "invite.redeem",
  summary: "Take the role of an invite as somebody who is a member already.",
  input: () => z.object({ code: Code }),
  output: () => z.object({ member: MemberView, role: z.string() }),
  access: { by: signedIn(), table: rolesHere() },
  pace: { burst: 5, perMinute: 5 },
  async run(call) {
    const { by, table } = call.access;
    if (call.actor.kind !== "user") throw new Refusal("forbidden", "invite.members-only");
    const invite = await openInvite(call, call.input.code);
    const role = table.roles.find(({ id }) => id === invite.role);
    if (!role) throw new Refusal("invalid-input", "invite.no-role");
    if (by.roles.some(({ id }) => id === role.id)) throw new Refusal("invalid-input", "invite.held", { role: role.name });
    const rest = by.roles.flatMap(({ id }) => table.roles.find((one) => one.id === id) ?? []);
    const act = { action: "invite_redeem", target: { id: role.id, name: role.name } } as const;
    return { member: await replaceHeldRoles(call, by, [role, ...rest], act, invite.use), role: role.name };
  },
});
