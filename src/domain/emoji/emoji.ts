import { z } from "zod";
import { eventType } from "../../kernel/event.ts";

/** A picture of the community's own that messages and reactions use by its number. */
export const Emoji = z.lazy(() =>
  z.object({
    /** Rises from 0 and is never used again. */
    id: z.number(),
    name: z.string(),
    /** `<id>.<extension>` */
    fileName: z.string(),
  }),
);
export type Emoji = z.output<typeof Emoji>;

export const EmojiId = z.int().min(0).max(999_999_999);
export const EmojiName = z.string().regex(/^\w{1,64}$/, "emoji.name");

const one = () => z.object({ emoji: Emoji });
export const emojiAdded = eventType({ name: "emoji.added", summary: "The community has a new emoji.", data: one, durable: true });
export const emojiUpdated = eventType({
  name: "emoji.updated",
  summary: "An emoji has another name or picture.",
  data: one,
  durable: true,
});
export const emojiDeleted = eventType({ name: "emoji.deleted", summary: "An emoji is gone.", data: one, durable: true });
