import type { z } from "zod";
import type { Rights } from "../domain/plugins/plugin.ts";
import type { Plugin } from "./host.ts";

/** A plugin that comes with the program says itself what one that is installed says in its manifest. */
export interface Bundled<Schema extends z.ZodType = z.ZodType> extends Plugin<Schema> {
  /** What it may do. */
  readonly rights?: Partial<Rights>;
  /** Whether it runs without being asked for. */
  readonly enabledByDefault?: boolean;
}
