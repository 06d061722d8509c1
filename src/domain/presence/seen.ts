import type { Ask, World } from "../../kernel/operation.ts";
import type { Member } from "../users/access.ts";
import { memberView } from "../users/member-view.ts";
import type { MemberView, Status } from "../users/user.ts";
import { connected } from "./presence.ts";

export const isHere = ({ cell }: Pick<World, "cell">, user: string): boolean => cell(connected).has(user);

/** Whether the asking session is still open: one that ended while its request was under way leaves nothing behind. */
export const isOpen = ({ cell, actor }: Pick<Ask<unknown>, "cell" | "actor">): boolean =>
  actor.session !== undefined && (cell(connected).get(actor.id)?.includes(actor.session) ?? false);

const GONE: Status = { status: "offline", text: "" };

/** A status as others see it: who is gone and who does not want to be seen cannot be told apart. */
const seenStatus = (world: Pick<World, "cell">, user: string, status: Status): Status =>
  status.status === "invisible" || !isHere(world, user) ? GONE : status;

/** A member as others see them who is not connected. */
export const unseen = (member: MemberView): MemberView => ({ ...member, status: GONE });

/** A member as others see them now. */
export const seenView = (world: Pick<World, "cell">, member: Member): MemberView => ({
  ...memberView(member),
  status: seenStatus(world, member.user.id, member.status),
});
