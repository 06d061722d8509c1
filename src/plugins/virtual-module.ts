import { z } from "zod";
import type { Plugin } from "./host.ts";

/** Gives a plugin's definition its types. */
export const plugin = <Schema extends z.ZodType>(definition: Plugin<Schema>): Plugin<Schema> => definition;

/** Lets files outside import `plugin` and `z` from `chat/plugin`. Each thread needs it of its own. */
export function provideChatPlugin(): void {
  Bun.plugin({
    name: "chat-plugin",
    setup(build) {
      build.module("chat/plugin", () => ({ exports: { plugin, z }, loader: "object" }));
    },
  });
}
