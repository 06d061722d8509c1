import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { Installed } from "../domain/plugins/plugin.ts";
import type { Timers } from "../kernel/clock.ts";
import { folderHash } from "./folder-hash.ts";
import { PluginUnusable, readManifest, within } from "./manifest.ts";
import type { Shelf } from "./runner.ts";

/** Changes come in groups: one save is several. */
const CALM_MS = 200;

/** Plugins in a folder, each in one of its own name; those that are worked on where they lie. */
export const folderShelf = (folder: string, timers: Timers): Shelf => ({
  async entry(name, installed) {
    const own = join(folder, name);
    if (!installed.linked && folderHash(own) !== installed.hash)
      throw new PluginUnusable(`The files in ${own} are not those that were installed; install it again.`);
    const root = installed.linked ? installed.root : within(own, installed.root);
    return within(root, readManifest(root).entry);
  },
  watch(_name, installed: Installed, changed) {
    if (!installed.linked) return () => {};
    let cancel: () => void = () => {};
    let watcher: FSWatcher | undefined;
    try {
      watcher = watch(installed.root, { recursive: true }, (_kind, file) => {
        if (/(^|[/\\])(node_modules|\.git)([/\\]|$)/.test(String(file))) return;
        cancel();
        cancel = timers.after(CALM_MS, changed);
      });
      watcher.on("error", () => watcher?.close());
    } catch {
      // A folder that is gone is said when the plugin is loaded.
    }
    return () => {
      cancel();
      watcher?.close();
    };
  },
});
