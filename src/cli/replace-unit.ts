import { renameSync, writeFileSync } from "node:fs";

/** Whole or not at all; everybody may read it, as systemd expects of units. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o644 });
  renameSync(`${path}.new`, path);
}
