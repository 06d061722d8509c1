import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { DataUri, storePicture } from "../assets/picture.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { EMOJI_PIXELS } from "./add-emoji.ts";
import { Emoji, EmojiId, EmojiName, emojiUpdated } from "./emoji.ts";
import { emojiById, emojiByName, emojiView, updateEmojiRow } from "./statements.ts";

export const updateEmoji = operation({
  name: "emoji.update",
  summary: "Give an emoji another name or picture.",
  input: () =>
    z
      .object({ id: EmojiId, name: EmojiName.optional(), image: DataUri.optional() })
      .refine(({ name, image }) => name !== undefined || image !== undefined, "emoji.no-updates"),
  output: () => z.object({ emoji: Emoji }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { input, store, settings, actor } = call;
    const { emoji_max_size: maxBytes, emoji_allowed_file_types: endings } = settings.uploads;
    const { community } = actor;
    const before = await store.one(emojiById, { community, id: input.id });
    if (!before) throw new Refusal("not-found", "emoji");
    const name = input.name ?? before.name;
    const key = name.toLowerCase();
    const bearer = await store.one(emojiByName, { community, key });
    if (bearer && bearer.id !== before.id) throw new Refusal("conflict", "emoji.name-taken");
    const picture =
      input.image === undefined ? {} : await storePicture(call, input.image, { maxBytes, endings, pixels: EMOJI_PIXELS });
    const row = { ...before, name, ...picture, at: call.now() };
    const emoji = emojiView(row);
    const batch = new Batch().require(updateEmojiRow, { ...row, community, key });
    recordAct(batch, call, { action: "emoji_update", target: { id: String(row.id), name }, details: { was: before.name } });
    call.emit(batch, emojiUpdated, { community }, { emoji });
    await store.commit(batch);
    return { emoji };
  },
});
