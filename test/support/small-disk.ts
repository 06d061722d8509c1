import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { temporaryFolder } from "./folder.ts";

export interface SmallDisk extends Disposable {
  readonly path: string;
  readOnly(): void;
  /** Writes a file until nothing more fits. */
  fill(file: string): void;
}

/** A disk of its own of so many bytes, which goes away with its scope; undefined where this user may not mount one. */
export function smallDisk(bytes: number): SmallDisk | undefined {
  const folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder.path]).status === 0;
  if (!mounted) {
    folder[Symbol.dispose]();
    return undefined;
  }
  return {
    path: folder.path,
    readOnly: () => void spawnSync("mount", ["-o", "remount,ro", folder.path]),
    fill(file) {
      for (let size = bytes; size >= 1; size >>= 1)
        try {
          writeFileSync(file, Buffer.alloc(size), { flag: "a" });
        } catch {
          // Less than that is left, or was written.
        }
    },
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
