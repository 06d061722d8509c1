// `npm run drill [-- [--postgres] [<rounds> [<seed>]]]`: kills the compiled server under load, again and again, and says what was lost; then takes a
// backup of an SQLite file under load and restores it.
// With `--postgres` the killed server keeps what it knows on a server started for the purpose, or on that of CHAT_TEST_POSTGRES.
import { parseArgs } from "node:util";
import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { drill, seeded } from "./drill.ts";
import { restoreDrill } from "./restore-drill.ts";

const drillDatabase = async (): Promise<AsyncDisposable & { readonly url: string }> =>
  process.env.CHAT_TEST_POSTGRES
    ? (await import("../support/temporary-database.ts")).temporaryDatabase(process.env.CHAT_TEST_POSTGRES)
    : (await import("../support/postgres-cluster.ts")).startCluster();

const { values, positionals } = parseArgs({ options: { postgres: { type: "boolean" } }, allowPositionals: true });
const [rounds = 20, seed = Math.floor(Math.random() * 1_000_000)] = positionals.map(Number);
const { path: binary } = await buildBinary();
using folder = temporaryFolder();
await using database = values.postgres ? await drillDatabase() : undefined;
const random = seeded(seed);
console.log(`${rounds} rounds of kill -9 under load, seed ${seed}`);
let acknowledged = 0;
let faults = 0;
for (let round = 1; round <= rounds; round++) {
  const found = await drill({ binary, folder: folder.path, round, random, database: database?.url });
  acknowledged += found.acknowledged;
  faults += found.faults.length;
  console.log(
    `round ${round}: ${found.acknowledged} acknowledged, ${found.underWay} under way (${found.underWayKept} of them kept), ${found.faults.length} faults`,
  );
  for (const fault of found.faults) console.log(`  ${fault}`);
}
using empty = temporaryFolder();
const saved = await restoreDrill({ binary, folder: empty.path, enough: 5000 });
faults += saved.faults.length;
console.log(
  `backup under load: ${saved.before} acknowledged before, ${saved.meanwhile} meanwhile, ${saved.restored} restored, ${saved.backupMs} ms, ${saved.faults.length} faults`,
);
for (const fault of saved.faults) console.log(`  ${fault}`);
console.log(`${acknowledged} messages were acknowledged; ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
