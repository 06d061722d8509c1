import { addEmoji } from "./add-emoji.ts";
import { deleteEmoji } from "./delete-emoji.ts";
import { emojiAdded, emojiDeleted, emojiUpdated } from "./emoji.ts";
import { listEmoji, openEmoji, showEmoji } from "./list-emoji.ts";
import { updateEmoji } from "./update-emoji.ts";

export const operations = [addEmoji, updateEmoji, deleteEmoji, listEmoji, showEmoji, openEmoji] as const;
export const events = [emojiAdded, emojiUpdated, emojiDeleted] as const;
