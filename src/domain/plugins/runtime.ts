import { type Cell, cell } from "../../kernel/cell.ts";
import type { Rights } from "./plugin.ts";

/** A plugin as the machine that runs them knows it. */
export interface Known {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly enabledByDefault: boolean;
  readonly rights: Rights;
  readonly state: "running" | "off" | "stopped" | "asleep";
  readonly reason: string | null;
  readonly handles: readonly string[];
}

/** What runs plugins in this process. */
export interface PluginRuntime {
  /** Nothing runs here: the plugins are only known. */
  readonly asleep: boolean;
  known(): readonly Known[];
  /** Brings one plugin, or each, to what the database says: withdraws it, and loads it anew when it is enabled. Resolves when that is done. */
  apply(name?: string): Promise<void>;
}

/** Without a runtime plugins are only on record. */
export const pluginRuntime: Cell<{ current: PluginRuntime | undefined }> = cell("plugin runtime", () => ({
  current: undefined,
}));
