import { spawnSync } from "node:child_process";
import { temporaryFolder } from "./folder.ts";

/** A disk of its own of so many bytes, which goes away with its scope; undefined where this user may not mount one. */
export function smallDisk(bytes: number): (Disposable & { readonly path: string }) | undefined {
  const folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder.path]).status === 0;
  if (!mounted) {
    folder[Symbol.dispose]();
    return undefined;
  }
  return {
    path: folder.path,
    [Symbol.dispose]() {
      spawnSync("umount", ["-l", folder.path]);
      folder[Symbol.dispose]();
    },
  };
}
/** Whether this user may mount one. */
export const mountsDisks = ((): boolean => {
  using disk = smallDisk(65_536);
  return disk !== undefined;
})();
