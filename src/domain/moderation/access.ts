import type { Access } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { isOwner, outranks, type Right } from "../roles/permissions.ts";
import { findUser, type Member, memberOf, permitted } from "../users/access.ts";
import type { Speaker } from "../users/user.ts";

/** Whom a moderator acts on. */
export interface Subject {
  readonly user: Speaker;
  /** Absent for an account that has left the community. */
  readonly member: Member | undefined;
}

/** Nobody acts on themselves, on the owner, or on somebody who stands as high as they do. */
export function refuseUnlessAbove(by: Member, { user, member }: Subject): void {
  if (user.id === by.user.id) throw new Refusal("forbidden", "member.self");
  if (member && isOwner(member)) throw new Refusal("forbidden", "member.owner");
  if (!outranks(by, member ?? { roles: [] })) throw new Refusal("forbidden", "member.rank");
}

/** A user below the one who asks, who needs one of `rights`. */
export const userBelow = <In extends { readonly user: string }>(...rights: readonly Right[]): Access<In, Subject> => {
  const right = permitted(...rights);
  return {
    needs: `${right.needs}, and a role above the user's`,
    async load(ask) {
      const by = await right.load(ask);
      const account = await findUser(ask, ask.input.user);
      if (!account) throw new Refusal("not-found", "user", { user: ask.input.user });
      const subject = {
        user: { id: account.id, name: account.name, realm: account.realm },
        member: await memberOf(ask, account.id),
      };
      refuseUnlessAbove(by, subject);
      return subject;
    },
  };
};
