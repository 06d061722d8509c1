import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { Emoji, emojiDeleted, EmojiId } from "./emoji.ts";
import { buryEmoji, emojiById, emojiView } from "./statements.ts";

export const deleteEmoji = operation({
  name: "emoji.delete",
  summary: "Take an emoji away; its number is never used again, so that old messages show no other picture.",
  input: () => z.object({ id: EmojiId }),
  output: () => z.object({ emoji: Emoji }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { store, actor } = call;
    const { community } = actor;
    const row = await store.one(emojiById, { community, id: call.input.id });
    if (!row) throw new Refusal("not-found", "emoji");
    const emoji = emojiView(row);
    const batch = new Batch().require(buryEmoji, { community, id: row.id });
    recordAct(batch, call, { action: "emoji_delete", target: { id: String(row.id), name: row.name } });
    call.emit(batch, emojiDeleted, { community }, { emoji });
    await store.commit(batch);
    return { emoji };
  },
});
