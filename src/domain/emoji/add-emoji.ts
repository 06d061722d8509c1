import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { DataUri, storePicture } from "../assets/picture.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { Emoji, emojiAdded, EmojiName } from "./emoji.ts";
import { emojiByName, emojiCount, emojiView, insertEmoji } from "./statements.ts";

/** Emoji are shown no larger than this, in pixels. */
export const EMOJI_PIXELS = 256;

export const addEmoji = operation({
  name: "emoji.add",
  summary: "Give the community an emoji; the picture is a data: address.",
  input: () => z.object({ name: EmojiName, image: DataUri }),
  output: () => z.object({ emoji: Emoji }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { input, store, settings, actor } = call;
    const { emoji_max_size: maxBytes, emoji_allowed_file_types: endings, max_emojis: max } = settings.uploads;
    const { community } = actor;
    const key = input.name.toLowerCase();
    if (await store.one(emojiByName, { community, key })) throw new Refusal("conflict", "emoji.name-taken");
    const { next = 0, living = 0 } = (await store.one(emojiCount, { community })) ?? {};
    if (living >= max) throw new Refusal("invalid-input", "emoji.many", { max });
    const picture = await storePicture(call, input.image, { maxBytes, endings, pixels: EMOJI_PIXELS });
    const row = { id: next, name: input.name, ...picture, at: call.now() };
    const emoji = emojiView(row);
    const batch = new Batch().add(insertEmoji, { ...row, community, key });
    recordAct(batch, call, { action: "emoji_add", target: { id: String(next), name: emoji.name } });
    call.emit(batch, emojiAdded, { community }, { emoji });
    await store.commit(batch);
    return { emoji };
  },
});
