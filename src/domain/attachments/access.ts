import type { Access } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { admitted } from "../channels/access.ts";
import { decide } from "../roles/permissions.ts";
import { asking, type Member } from "../users/access.ts";
import { attachmentById, type AttachmentRow } from "./statements.ts";

export interface FoundAttachment {
  readonly attachment: AttachmentRow;
  readonly member: Member;
}

/**
 * A file the actor may know of: their own, or one sent in a channel they may view; what was not sent yet is its uploader's alone.
 * `remove`: their own, or any that they see if they may delete others' messages there.
 */
export const attachmentFor = (to: "view" | "remove"): Access<{ readonly id: string }, FoundAttachment> => ({
  needs: to === "view" ? "the uploader, or `view` in the channel" : "the uploader, or `delete` in the channel",
  async load(ask) {
    const member = await asking(ask);
    const { id } = ask.input;
    const gone = () => new Refusal("not-found", to === "view" ? "attachment.gone-or-expired" : "attachment", { id });
    const attachment = await ask.store.one(attachmentById, { community: ask.actor.community, id });
    if (!attachment || (to === "view" && attachment.hash === null)) throw gone();
    if (attachment.uploader === member.user.id) return { attachment, member };
    if (attachment.message === null && !decide(member, "administrator").allowed) throw gone();
    try {
      await admitted(ask, attachment.channel, to === "view" ? "view" : "delete");
    } catch (why) {
      if (why instanceof Refusal && why.code === "forbidden") throw new Refusal("forbidden", "attachment.foreign-delete");
      throw why instanceof Refusal && why.code === "not-found" ? gone() : why;
    }
    return { attachment, member };
  },
});
