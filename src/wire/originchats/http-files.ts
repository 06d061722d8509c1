import { openAsset } from "../../domain/assets/open-asset.ts";
import { openAttachment } from "../../domain/attachments/open-attachment.ts";
import { openEmoji } from "../../domain/emoji/list-emoji.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { file, refused, text } from "./http-answers.ts";

/** Seconds that caches may keep a file (reference/originchats.md §4). */
const MAX_AGE = 3600;

/** Files for GET and HEAD. Names in the path are looked up, never opened: nothing in them leads anywhere else. */
export function files(kernel: Kernel) {
  const attachment = async (req: Request, caller: Actor, id: string, part: "file" | "thumbnail"): Promise<Response> => {
    const { file: found, expiresAt } = await kernel.invoke(openAttachment, caller, { id, part });
    const left = Math.floor((expiresAt - kernel.world.now()) / 1000);
    return file(req, found, Math.max(0, Math.min(MAX_AGE, left)));
  };

  /** Undefined when the path names no file of any kind. */
  return async (req: Request, caller: Actor): Promise<Response | undefined> => {
    const [, folder, name = "", part] = /^\/(attachments|emojis|server-assets)\/([^/]{1,200})(?:\/(thumbnail))?$/.exec(new URL(req.url).pathname) ?? []; // prettier-ignore
    if (folder === undefined || (part !== undefined && folder !== "attachments")) return undefined;
    try {
      if (folder === "attachments") return await attachment(req, caller, name, part === "thumbnail" ? part : "file");
      const { file: found } =
        folder === "emojis"
          ? await kernel.invoke(openEmoji, caller, { ref: name })
          : await kernel.invoke(openAsset, caller, { kind: name as "icon" });
      return await file(req, found, MAX_AGE);
    } catch (why) {
      if (!(why instanceof Refusal)) throw why;
      if (folder === "attachments" || why.code === "too-fast") return refused(why);
      return text(404, folder === "emojis" ? "Emoji not found" : "Server asset not found");
    }
  };
}
