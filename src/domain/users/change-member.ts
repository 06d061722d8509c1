import type { Call } from "../../kernel/operation.ts";
import type { Batch } from "../../storage/store.ts";
import { isHere, seenView } from "../presence/seen.ts";
import type { Member } from "./access.ts";
import { memberUpdated } from "./member.ts";
import type { MemberView } from "./user.ts";

/** Tells everybody what a member is called and looks like from now on. */
export function tellUpdated(call: Call<unknown, unknown>, batch: Batch, before: Member, after: Member): MemberView {
  const member = seenView(call, after);
  call.emit(
    batch,
    memberUpdated,
    { community: call.actor.community },
    {
      member,
      before: { user: before.user, nickname: before.nickname, avatar: before.avatar },
      here: after.status.status !== "invisible" && isHere(call, after.user.id),
    },
  );
  return member;
}
