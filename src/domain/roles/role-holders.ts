import type { Ask } from "../../kernel/operation.ts";
import { memberOf } from "../users/access.ts";
import { seenView } from "../presence/seen.ts";
import type { MemberView } from "../users/user.ts";
import type { HeldRole } from "./permissions.ts";
import { MOST_LISTED } from "./role.ts";
import { roleHolders } from "./statements.ts";

/** Those who hold a role, as they will be seen after `change` of each role they hold; `null` when they are too many to list. */
export async function holdersAfter(
  ask: Ask<unknown>,
  role: string,
  change: (held: HeldRole) => HeldRole | undefined,
): Promise<MemberView[] | null> {
  const holders = await ask.store.all(roleHolders, { community: ask.actor.community, role, limit: MOST_LISTED + 1 });
  if (holders.length > MOST_LISTED) return null;
  const views: MemberView[] = [];
  for (const { user_ } of holders) {
    const member = await memberOf(ask, user_);
    if (member && !member.banned)
      views.push(seenView(ask, { ...member, roles: member.roles.flatMap((held) => change(held) ?? []) }));
  }
  return views;
}
