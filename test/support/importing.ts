import type { Parts } from "../../src/app.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { folderBlobs } from "../../src/storage/blobs.ts";
import { argon2Passwords } from "../../src/kernel/passwords.ts";
import { importFolder, type ImportOptions } from "../../src/import/originchats/import-folder.ts";
import type { Kind, ImportReport } from "../../src/import/originchats/report.ts";
import { http } from "../../src/wire/originchats/http.ts";
import { temporaryFolder } from "./folder.ts";
import { TestDoor } from "./originchats.ts";
import { type SomeSettings, testApp } from "./world.ts";

/** A chat that was just founded, a folder to import from, and its files. */
export async function importing(
  make: (folder: string) => void | Promise<void>,
  settings: SomeSettings = {},
  parts: Partial<Parts> = {},
) {
  const from = temporaryFolder();
  const files = temporaryFolder();
  await make(from.path);
  const store = openSqlite(":memory:");
  const blobs = await folderBlobs(files.path);
  const app = await testApp(settings, { store, blobs, passwords: argon2Passwords(), ...parts });
  const answer = http(app.kernel, app.community);
  return {
    app,
    store,
    blobs,
    from: from.path,
    door: new TestDoor(app),
    fetch: (path: string, init?: RequestInit) => answer(new Request(`http://chat.test${path}`, init), { address: "192.0.2.9" }),
    run: (options: Partial<ImportOptions> = {}): Promise<ImportReport> =>
      importFolder(
        { store, blobs, community: app.community.id, settings: app.settings, now: app.clock.now() },
        { path: from.path, dryRun: false, ...options },
      ),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      from[Symbol.dispose]();
      files[Symbol.dispose]();
    },
  };
}

export type Importing = Awaited<ReturnType<typeof importing>>;

/** `read written present skipped repaired` of a kind. */
export const counts = (report: ImportReport, kind: Kind): string => {
  const { read, written, present, skipped, repaired } = report.counts[kind];
  return `${read} read, ${written} written, ${present} present, ${skipped} skipped, ${repaired} repaired`;
};
