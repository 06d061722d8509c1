import { z } from "zod";
import type { Attachment } from "../../domain/attachments/attachment.ts";
import { deleteAttachment } from "../../domain/attachments/delete-attachment.ts";
import { showAttachment } from "../../domain/attachments/show-attachment.ts";
import type { EventData } from "../../domain/index.ts";
import { binding } from "../wire.ts";
import { TEXT } from "./meant.ts";
import { complain } from "./sentences.ts";

/** reference/originchats.md §5.9; `thumbnail` and `placeholder` are ours. */
export const wireAttachment = (one: Attachment) => ({
  id: one.id,
  name: one.name,
  mime_type: one.type,
  size: one.size,
  url: one.url,
  expires_at: one.expiresAt / 1000,
  permanent: one.permanent,
  ...(one.width !== null && one.height !== null && { width: one.width, height: one.height }),
  ...(one.thumbnail !== null && { thumbnail: one.thumbnail }),
  ...(one.placeholder !== null && { placeholder: one.placeholder }),
});

/** What a message may say about the files it carries. */
export function checkAttachments({ attachments }: { readonly attachments?: unknown }, context: z.RefinementCtx): void {
  if (attachments === undefined || attachments === null) return;
  if (!Array.isArray(attachments)) return complain(context, "Attachments must be an array");
  for (const one of attachments as unknown[]) {
    if (typeof one !== "object" || one === null || Array.isArray(one))
      return complain(context, "Each attachment must be an object");
    const { id } = one as { id?: unknown };
    if (typeof id !== "string" || id === "") return complain(context, "Attachment ID is required");
  }
}

const named = (command: string) =>
  z
    .looseObject({ attachment_id: TEXT.optional() })
    .superRefine(
      ({ attachment_id: id }, context) =>
        void (
          (typeof id === "string" && id !== "") ||
          complain(context, `Invalid ${command} command: attachment_id must be a non-empty string`)
        ),
    );

const attachmentGet = binding({
  name: "attachment_get",
  operation: showAttachment,
  request: () => named("attachment_get"),
  toInput: (r) => ({ id: r.attachment_id as string }),
  toReply: ({ attachment }) => ({ cmd: "attachment_info", attachment: wireAttachment(attachment) }),
});

export const attachmentDeletedFrame = ({ id }: Pick<EventData<"attachment.deleted">, "id">) => ({
  cmd: "attachment_deleted",
  attachment_id: id,
  deleted: true,
});

const attachmentDelete = binding({
  name: "attachment_delete",
  operation: deleteAttachment,
  answer: "attachment.deleted",
  request: () => named("attachment_delete"),
  toInput: (r) => ({ id: r.attachment_id as string }),
  toReply: attachmentDeletedFrame,
});

export const bindings = [attachmentGet, attachmentDelete] as const;
