import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { attachmentFor } from "./access.ts";
import { Attachment } from "./attachment.ts";
import { attachmentView } from "./statements.ts";

export const AttachmentId = z.string().min(1).max(100);

export const showAttachment = operation({
  name: "attachment.show",
  summary: "Name, kind, size and address of a file.",
  input: () => z.object({ id: AttachmentId }),
  output: () => z.object({ attachment: Attachment }),
  access: { of: attachmentFor("view") },
  async run(call) {
    return { attachment: attachmentView(call.access.of.attachment, call) };
  },
});
