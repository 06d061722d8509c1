import type { Access } from "../../kernel/operation.ts";
import { placed, type Placed } from "../threads/access.ts";
import type { Where } from "../threads/where.ts";

/** Where a command is called or answered. A forum is let through, for a bot may name it and mean a thread of it. */
export const slashPlace: Access<Where, Placed> = {
  needs: "`send` in the channel",
  load: (ask) => placed(ask, "send", ["text", "forum"]),
};
