import { z } from "zod";
import { unguessableId } from "../../kernel/ids.ts";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { lifetimeOf } from "../../media/expiry.ts";
import { safeFileName } from "../../media/serve-as.ts";
import { Batch } from "../../storage/store.ts";
import { channelFor } from "../channels/access.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { requirePermission } from "../users/access.ts";
import { Attachment, attachmentDeleted } from "./attachment.ts";
import {
  type AttachmentRow,
  attachmentView,
  dropAttachment,
  insertAttachment,
  oldestBy,
  storedBy,
  storedBytes,
} from "./statements.ts";
import { type Source, takeIn } from "./take-in.ts";

const Input = () =>
  z.object({
    channel: z.string().min(1).max(200),
    name: z.string().min(1).max(1000),
    bytes: z.custom<Source>(
      (value) => value instanceof Uint8Array || value instanceof ReadableStream,
      "bytes or a stream of them",
    ),
    /** Can only shorten the time a file is kept. */
    expiresInDays: z.number().positive().max(36_500).optional(),
  });

export const uploadAttachment = operation({
  name: "attachment.upload",
  summary: "Store a file, to be sent with a message within the hour.",
  input: Input,
  output: () => z.object({ attachment: Attachment }),
  access: { to: channelFor("send", (input: Made<typeof Input>) => input.channel) },
  pace: {
    window: "upload",
    rule: ({ attachments: { uploads_per_minute: most } }) => ({ perMinute: most, burst: most, cooldownMs: 0 }),
  },
  async run(call) {
    const { input, store, settings, now } = call;
    const { channel, member } = call.access.to;
    const { enabled, max_size: maxBytes, max_attachments_per_user: most, max_total_size: mostTotal } = settings.attachments;
    if (!enabled) throw new Refusal("unavailable", "attachment.off");
    requirePermission(member, "attach_files");
    refuseTimedOut(call, member);
    if (most === 0) throw new Refusal("forbidden", "attachment.none");
    const requireRoom = async (more: number) => {
      if (mostTotal > 0 && ((await store.one(storedBytes, {}))?.bytes ?? 0) + more > mostTotal)
        throw new Refusal("unavailable", "attachment.full");
    };
    await requireRoom(1);
    const file = await takeIn(call, input.bytes, maxBytes);
    await requireRoom(file.size);
    const tier = member.user.realm === "rotur" ? await call.rotur?.subscriptionOf(member.user.name) : undefined;
    const at = now();
    const { ms, permanent } = lifetimeOf(
      {
        bytes: file.size,
        ...(tier !== undefined && { tier }),
        ...(input.expiresInDays !== undefined && { wishedDays: input.expiresInDays }),
      },
      settings.attachments,
    );
    const row: AttachmentRow = {
      id: unguessableId(call.random),
      channel: channel.id,
      message: null,
      uploader: member.user.id,
      name: safeFileName(input.name),
      ...file,
      origin: call.actor.origin ?? "",
      at,
      expires_at: at + ms,
      permanent: permanent ? 1 : 0,
    };
    const batch = new Batch().add(insertAttachment, { ...row, community: call.actor.community, expiresAt: row.expires_at });
    const stored = most < 0 ? 0 : ((await store.one(storedBy, { uploader: row.uploader }))?.files ?? 0);
    if (most > 0 && stored >= most)
      for (const { id, message, channel: of } of await store.all(oldestBy, {
        uploader: row.uploader,
        limit: stored - most + 1,
      })) {
        batch.add(dropAttachment, { id });
        call.emit(batch, attachmentDeleted, message === null ? { user: row.uploader } : { channel: of }, { id, message });
      }
    await store.commit(batch);
    return { attachment: attachmentView(row, call) };
  },
});
