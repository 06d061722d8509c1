import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { StoredFile, storedFile } from "../attachments/stored-file.ts";
import { signedIn } from "../users/access.ts";
import { Emoji } from "./emoji.ts";
import { emojiById, emojiByName, emojiOf, emojiView } from "./statements.ts";

export const listEmoji = operation({
  name: "emoji.list",
  summary: "The community's emoji, oldest first.",
  input: () => z.object({}),
  output: () => z.object({ emoji: z.array(Emoji) }),
  access: { by: signedIn() },
  async run({ store, actor }) {
    return { emoji: (await store.all(emojiOf, { community: actor.community })).map(emojiView) };
  },
});

export const showEmoji = operation({
  name: "emoji.show",
  summary: "An emoji by its name.",
  input: () => z.object({ name: z.string().min(1).max(200) }),
  output: () => z.object({ emoji: Emoji }),
  access: { by: signedIn() },
  async run({ store, actor, input }) {
    const row = await store.one(emojiByName, { community: actor.community, key: input.name.toLowerCase() });
    if (!row) throw new Refusal("not-found", "emoji");
    return { emoji: emojiView(row) };
  },
});

export const openEmoji = operation({
  name: "emoji.open",
  summary: "The picture of an emoji by its file name or number, for anybody.",
  input: () => z.object({ ref: z.string().regex(/^\d{1,9}(\.[a-z0-9]{1,10})?$/, "emoji.ref") }),
  output: () => z.object({ file: StoredFile }),
  access: {},
  /** Clients fetch all there are when they start. */
  pace: { burst: 2000, perMinute: 6000 },
  async run(call) {
    const id = Number.parseInt(call.input.ref, 10);
    const row = await call.store.one(emojiById, { community: call.actor.community, id });
    const file = row && (await storedFile(call, { ...row, name: emojiView(row).fileName }));
    if (!file) throw new Refusal("not-found", "emoji");
    return { file };
  },
});
