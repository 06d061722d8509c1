import { read, write } from "../../storage/store.ts";
import type { Ask } from "../../kernel/operation.ts";
import type { Attachment } from "./attachment.ts";
import { publicOrigin } from "./public-origin.ts";

export interface AttachmentRow {
  id: string;
  channel: string;
  message: string | null;
  uploader: string;
  name: string;
  type: string;
  size: number;
  hash: string | null;
  thumbnail: string | null;
  placeholder: string | null;
  width: number | null;
  height: number | null;
  origin: string;
  at: number;
  expires_at: number;
  permanent: number;
}
const ATTACHMENT = `id, channel, message, uploader, name, type, size, hash, thumbnail, placeholder, width, height, origin, at, expires_at, permanent`;
const NUMBERS = ["size", "width", "height", "at", "expires_at", "permanent"] as const;

export const attachmentById = read<{ community: string; id: string }, AttachmentRow>(
  `select ${ATTACHMENT} from attachment where id = :id and community = :community`,
  ...NUMBERS,
);
export const attachmentsByIds = read<{ community: string; ids: readonly string[] }, AttachmentRow>(
  `select ${ATTACHMENT} from attachment where id in :ids[] and community = :community`,
  ...NUMBERS,
);
/** In the order in which the sender gave them. */
export const attachmentsOf = read<{ messages: readonly string[] }, AttachmentRow>(
  `select ${ATTACHMENT} from attachment where message in :messages[] order by message, place`,
  ...NUMBERS,
);
export const insertAttachment = write<Omit<AttachmentRow, "message" | "expires_at"> & { community: string; expiresAt: number }>(
  `insert into attachment (id, community, channel, place, uploader, name, type, size, hash, thumbnail, placeholder, width, height, origin, at,
     expires_at, permanent)
   values (:id, :community, :channel, 0, :uploader, :name, :type, :size, :hash, :thumbnail, :placeholder, :width, :height, :origin, :at,
     :expiresAt, :permanent)`,
);
/** Gives an upload that was not sent yet to a message. */
export const attach = write<{ id: string; message: string; channel: string; place: number; uploader: string }>(
  `update attachment set message = :message, channel = :channel, place = :place
   where id = :id and message is null and uploader = :uploader and hash is not null`,
);
export const dropAttachment = write<{ id: string }>(`delete from attachment where id = :id`);
/** What is left of a file whose time is up: its name, beside the message. */
export const emptyAttachments = write<{ ids: readonly string[] }>(
  `update attachment set hash = null, thumbnail = null where id in :ids[] and hash is not null`,
);
export const dropUnsent = write<{ ids: readonly string[] }>(`delete from attachment where id in :ids[] and message is null`);

export const expiredAttachments = read<{ now: number; limit: number }, { id: string }>(
  `select id from attachment where expires_at <= :now and hash is not null order by expires_at limit :limit`,
);
export const unsentAttachments = read<{ before: number; limit: number }, { id: string }>(
  `select id from attachment where message is null and at < :before order by at limit :limit`,
);
export const storedBy = read<{ uploader: string }, { files: number }>(
  `select count(*) as files from attachment where uploader = :uploader and hash is not null`,
  "files",
);
export const oldestBy = read<{ uploader: string; limit: number }, AttachmentRow>(
  `select ${ATTACHMENT} from attachment where uploader = :uploader and hash is not null order by at, id limit :limit`,
  ...NUMBERS,
);
/** Bytes of all files, each counted as often as it was uploaded. */
export const storedBytes = read<Record<never, never>, { bytes: number }>(
  `select coalesce(sum(size), 0) as bytes from attachment where hash is not null`,
  "bytes",
);
/** Which of these blobs something still names. */
export const blobsNamed = read<{ hashes: readonly string[] }, { hash: string }>(
  `select hash from attachment where hash in :hashes[] union select thumbnail from attachment where thumbnail in :hashes[]
   union select hash from emoji where hash in :hashes[] union select hash from asset where hash in :hashes[]`,
);

/**
 * As viewers see it. Its address is the one set for this server, else the one by which whoever asks reaches it, else by which the uploader did.
 */
export function attachmentView(row: AttachmentRow, { settings, actor }: Pick<Ask<unknown>, "settings" | "actor">): Attachment {
  const address = `${publicOrigin(settings, actor.origin ?? row.origin)}/attachments/${row.id}`;
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    size: row.size,
    url: address,
    thumbnail: row.thumbnail === null ? null : `${address}/thumbnail`,
    placeholder: row.placeholder,
    width: row.width,
    height: row.height,
    expiresAt: row.expires_at,
    permanent: row.permanent === 1,
  };
}
