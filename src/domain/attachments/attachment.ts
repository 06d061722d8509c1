import { z } from "zod";
import { eventType } from "../../kernel/event.ts";

/** A file sent with a message, as viewers see it. */
export const Attachment = z.lazy(() =>
  z.object({
    /** Unguessable: whoever knows it may read the file, so that pages can show it without signing in. */
    id: z.string(),
    name: z.string(),
    /** What its content is, not what the sender said. */
    type: z.string(),
    /** Bytes. */
    size: z.number(),
    /** Complete addresses. */
    url: z.string(),
    thumbnail: z.string().nullable(),
    /** A blur to show meanwhile, a `data:` address. */
    placeholder: z.string().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    /** Milliseconds since the epoch. */
    expiresAt: z.number(),
    permanent: z.boolean(),
  }),
);
export type Attachment = z.output<typeof Attachment>;

/** Files that one message can carry. */
export const MOST_ATTACHMENTS = 10;

export const attachmentDeleted = eventType({
  name: "attachment.deleted",
  summary: "A file is gone, from the message it was sent with too.",
  data: () => z.object({ id: z.string(), message: z.string().nullable() }),
  durable: true,
});
