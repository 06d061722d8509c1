import type { Call } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Batch } from "../../storage/store.ts";
import { type Member, requirePermission } from "../users/access.ts";
import type { Attachment } from "./attachment.ts";
import { attach, attachmentsByIds, attachmentView } from "./statements.ts";

/** The sender's own uploads that a message shall carry, in the order given, each once. */
export async function sendable(call: Call<unknown, unknown>, member: Member, given: readonly string[]): Promise<Attachment[]> {
  if (!given.length) return [];
  if (!call.settings.attachments.enabled) throw new Refusal("unavailable", "attachment.off");
  requirePermission(member, "attach_files");
  const ids = [...new Set(given)];
  const found = new Map(
    (await call.store.all(attachmentsByIds, { community: call.actor.community, ids })).map((row) => [row.id, row]),
  );
  return ids.map((id) => {
    const row = found.get(id);
    if (!row || row.hash === null || row.expires_at <= call.now())
      throw new Refusal("not-found", "attachment.not-sendable", { id });
    if (row.uploader !== member.user.id) throw new Refusal("forbidden", "attachment.foreign", { id });
    if (row.message !== null) throw new Refusal("invalid-input", "attachment.sent", { id });
    return attachmentView(row, call);
  });
}

/** Gives them to the message, which the batch must have added before. */
export function addAttachments(
  batch: Batch,
  {
    id,
    channel,
    attachments,
    author,
  }: { id: string; channel: string; attachments: readonly Attachment[]; author: { id: string } },
): void {
  attachments.forEach((one, place) => batch.require(attach, { id: one.id, message: id, channel, place, uploader: author.id }));
}
