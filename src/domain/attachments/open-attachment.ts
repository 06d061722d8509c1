import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { AttachmentId } from "./show-attachment.ts";
import { attachmentById } from "./statements.ts";
import { StoredFile, storedFile } from "./stored-file.ts";

export const openAttachment = operation({
  name: "attachment.open",
  summary: "The bytes of a file, for whoever knows its id: the id is the key, so that web pages can show it.",
  input: () => z.object({ id: AttachmentId, part: z.enum(["file", "thumbnail"]).default("file") }),
  output: () => z.object({ file: StoredFile, expiresAt: z.number() }),
  access: {},
  /** A page of history may hold hundreds of pictures. */
  pace: { burst: 600, perMinute: 6000 },
  async run(call) {
    const { input, store, actor, settings, now } = call;
    if (!settings.attachments.enabled) throw new Refusal("unavailable", "attachment.off");
    const row = await store.one(attachmentById, { community: actor.community, id: input.id });
    const hash = input.part === "file" ? row?.hash : row?.thumbnail;
    if (!row || !hash || row.expires_at <= now()) throw new Refusal("not-found", "attachment.gone-or-expired", { id: input.id });
    const file = await storedFile(call, {
      ...row,
      hash,
      ...(input.part === "thumbnail" && { type: "image/webp", name: "thumbnail.webp" }),
    });
    if (!file) throw new Refusal("not-found", "attachment.lost", { id: input.id });
    return { file, expiresAt: row.expires_at };
  },
});
