import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { attachmentFor } from "./access.ts";
import { attachmentDeleted } from "./attachment.ts";
import { AttachmentId } from "./show-attachment.ts";
import { dropAttachment } from "./statements.ts";

export const deleteAttachment = operation({
  name: "attachment.delete",
  summary: "Remove a file, from the message it was sent with too.",
  input: () => z.object({ id: AttachmentId }),
  output: () => z.object({ id: z.string() }),
  access: { of: attachmentFor("remove") },
  async run(call) {
    const { attachment, member } = call.access.of;
    const { id, message, channel, uploader } = attachment;
    const batch = new Batch().require(dropAttachment, { id });
    if (uploader !== member.user.id)
      recordAct(batch, call, {
        action: "attachment_delete",
        target: { id, name: attachment.name },
        details: { channel, uploader },
      });
    call.emit(batch, attachmentDeleted, message === null ? { user: uploader } : { channel }, { id, message });
    await call.store.commit(batch);
    return { id };
  },
});
