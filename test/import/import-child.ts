// Imports a folder into a data folder and says how many messages were read: `bun import-child.ts <folder> <data folder>`.
import { openTarget } from "../../src/admin/open-target.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { importFolder } from "../../src/import/originchats/import-folder.ts";
import { memoryLog } from "../support/world.ts";

const [path, data] = process.argv.slice(2) as [string, string];
await using opened = await openTarget({ folder: dataFolder({}, { data }), env: {}, log: memoryLog() });
await importFolder(opened.target, {
  path,
  dryRun: false,
  progress: ({ messages }) => void process.stdout.write(`${messages}\n`),
});
