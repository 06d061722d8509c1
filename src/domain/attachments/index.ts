import { attachmentDeleted } from "./attachment.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { openAttachment } from "./open-attachment.ts";
import { showAttachment } from "./show-attachment.ts";
import { uploadAttachment } from "./upload-attachment.ts";

export const operations = [uploadAttachment, showAttachment, openAttachment, deleteAttachment] as const;
export const events = [attachmentDeleted] as const;
