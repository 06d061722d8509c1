import { read, write } from "../../storage/store.ts";
import type { Emoji } from "./emoji.ts";

export interface EmojiRow {
  id: number;
  name: string;
  hash: string;
  type: string;
  extension: string;
  at: number;
}
const EMOJI = "id, name, hash, type, extension, at";
const LIVING = "community = :community and name_key is not null";

export const emojiOf = read<{ community: string }, EmojiRow>(
  `select ${EMOJI} from emoji where ${LIVING} order by id`,
  "id",
  "at",
);
export const emojiById = read<{ community: string; id: number }, EmojiRow>(
  `select ${EMOJI} from emoji where ${LIVING} and id = :id`,
  "id",
  "at",
);
export const emojiByName = read<{ community: string; key: string }, EmojiRow>(
  `select ${EMOJI} from emoji where community = :community and name_key = :key`,
  "id",
  "at",
);
/** The deleted count for the next number, not for how many there are. */
export const emojiCount = read<{ community: string }, { next: number; living: number }>(
  `select coalesce(max(id) + 1, 0) as next, count(name_key) as living from emoji where community = :community`,
  "next",
  "living",
);
export const insertEmoji = write<EmojiRow & { community: string; key: string; size: number }>(
  `insert into emoji (community, id, name, name_key, hash, type, extension, size, at)
   values (:community, :id, :name, :key, :hash, :type, :extension, :size, :at)`,
);
export const updateEmojiRow = write<EmojiRow & { community: string; key: string }>(
  `update emoji set name = :name, name_key = :key, hash = :hash, type = :type, extension = :extension, at = :at where ${LIVING} and id = :id`,
);
export const buryEmoji = write<{ community: string; id: number }>(
  `update emoji set name_key = null, hash = null where ${LIVING} and id = :id`,
);

export const emojiView = ({ id, name, extension }: Pick<EmojiRow, "id" | "name" | "extension">): Emoji => ({
  id,
  name,
  fileName: `${id}.${extension}`,
});
