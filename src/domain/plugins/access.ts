import type { Access } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";

/** A plugin, about itself: gives its name. */
export const byPlugin = (): Access<unknown, string> => ({
  needs: "a plugin, for itself",
  async load({ actor }) {
    if (actor.kind !== "plugin") throw new Refusal("forbidden", "plugin.only");
    return actor.name;
  },
});
