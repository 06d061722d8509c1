// `npm run test:postgres [-- test/domain/roles.test.ts]`: the tests of what the chat does and of its wires, with its data on Postgres instead of in
// SQLite's memory. On the server of CHAT_TEST_POSTGRES, else on one started for the purpose.
import { join } from "node:path";
import { canStartCluster, startCluster } from "../test/support/postgres-cluster.ts";

const FOLDERS = ["test/domain", "test/security", "test/wire"];

const given = process.env.CHAT_TEST_POSTGRES;
if (!given && !canStartCluster) process.exit(1);
await using cluster = given ? undefined : await startCluster();
const asked = process.argv.slice(2);
const run = Bun.spawn([process.execPath, join(import.meta.dir, "test.ts"), ...(asked.length ? asked : FOLDERS)], {
  stdio: ["inherit", "inherit", "inherit"],
  env: { ...process.env, CHAT_TEST_STORE: "postgres", CHAT_TEST_POSTGRES: given ?? cluster!.url },
});
process.exitCode = await run.exited;
