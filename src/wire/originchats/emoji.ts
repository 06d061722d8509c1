import { z } from "zod";
import { addEmoji } from "../../domain/emoji/add-emoji.ts";
import { deleteEmoji } from "../../domain/emoji/delete-emoji.ts";
import type { Emoji } from "../../domain/emoji/emoji.ts";
import { listEmoji, showEmoji } from "../../domain/emoji/list-emoji.ts";
import { updateEmoji } from "../../domain/emoji/update-emoji.ts";
import { binding } from "../wire.ts";

type One = { readonly emoji: Emoji };
export const emojiAddedFrame = ({ emoji: { id, name, fileName } }: One) => ({
  cmd: "emoji_add",
  id: String(id),
  added: true,
  name,
  fileName,
});
export const emojiUpdatedFrame = ({ emoji: { id, name, fileName } }: One) => ({
  cmd: "emoji_update",
  id,
  updated: true,
  name,
  fileName,
});
export const emojiDeletedFrame = ({ emoji: { id } }: One) => ({ cmd: "emoji_delete", id, deleted: true });

const emojiAdd = binding({
  name: "emoji_add",
  operation: addEmoji,
  answer: "emoji.added",
  request: () => z.looseObject({ name: z.string(), image: z.string() }),
  toInput: ({ name, image }) => ({ name, image }),
  toReply: emojiAddedFrame,
});

const emojiUpdate = binding({
  name: "emoji_update",
  operation: updateEmoji,
  answer: "emoji.updated",
  request: () => z.looseObject({ emoji_id: z.int(), name: z.string().nullish(), image: z.string().nullish() }),
  toInput: (r) => ({
    id: r.emoji_id,
    ...(typeof r.name === "string" && { name: r.name }),
    ...(typeof r.image === "string" && { image: r.image }),
  }),
  toReply: emojiUpdatedFrame,
});

const emojiDelete = binding({
  name: "emoji_delete",
  operation: deleteEmoji,
  answer: "emoji.deleted",
  request: () => z.looseObject({ emoji_id: z.int() }),
  toInput: (r) => ({ id: r.emoji_id }),
  toReply: emojiDeletedFrame,
});

const emojiGetAll = binding({
  name: "emoji_get_all",
  operation: listEmoji,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ emoji }) => ({
    cmd: "emoji_get_all",
    emojis: Object.fromEntries(emoji.map(({ id, name, fileName }) => [id, { name, fileName }])),
  }),
});

const byName = () => z.looseObject({ name: z.string().min(1).max(200) });

const emojiGetId = binding({
  name: "emoji_get_id",
  operation: showEmoji,
  request: byName,
  toInput: ({ name }) => ({ name }),
  toReply: ({ emoji }, { name }) => ({ cmd: "emoji_get_id", name, id: String(emoji.id) }),
});

const emojiGetFilename = binding({
  name: "emoji_get_filename",
  operation: showEmoji,
  request: byName,
  toInput: ({ name }) => ({ name }),
  toReply: ({ emoji }, { name }) => ({ cmd: "emoji_get_filename", name, filepath: emoji.fileName }),
});

export const bindings = [emojiAdd, emojiUpdate, emojiDelete, emojiGetAll, emojiGetId, emojiGetFilename] as const;
