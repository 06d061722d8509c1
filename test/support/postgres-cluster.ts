import { Glob } from "bun";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A Postgres server of a test's own, which may be stopped and started. */
export interface PostgresCluster extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  /** As an operator does it who does not wait for anybody. */
  stop(): Promise<void>;
}

const installed = [
  dirname(Bun.which("initdb") ?? "/none/initdb"),
  ...["/usr/lib/postgresql", "/usr/pgsql"].flatMap((root) =>
    existsSync(root) ? [...new Glob("*/bin").scanSync({ cwd: root, absolute: true, onlyFiles: false })] : [],
  ),
];
const programs = installed.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")));
const postgresUser = process.getuid?.() === 0 ? userId("postgres") : undefined;

/** Whether this machine has what a cluster needs: the programs, and, for root, a user `postgres`, because the server refuses to run as root. */
export const canStartCluster = programs !== undefined && (process.getuid?.() !== 0 || postgresUser !== undefined);
if (!canStartCluster) console.warn("Skipped the tests with a Postgres server of their own: initdb and pg_ctl are not here.");

function userId(name: string): number | undefined {
  const { success, stdout } = Bun.spawnSync(["id", "-u", name]);
  return success && Bun.which("runuser") ? Number(stdout.toString()) : undefined;
}

async function run(program: string, ...words: string[]): Promise<void> {
  const as = postgresUser === undefined ? [] : ["runuser", "-u", "postgres", "--"];
  const child = Bun.spawn([...as, join(programs!, program), ...words], { cwd: "/", stdout: "ignore", stderr: "pipe" });
  const said = new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${program}: ${await said}`);
}

/** An empty cluster that answers on a free port of this machine. */
export async function startCluster(): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), "chat-test-postgres-"));
  if (postgresUser !== undefined) chownSync(folder, postgresUser, -1);
  const data = join(folder, "data");
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = free;
  free.stop(true);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200`;
  let up = false;
  const cluster: PostgresCluster = {
    url: `postgres://chat@127.0.0.1:${port}/postgres`,
    async start() {
      await run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", settings, "start");
      up = true;
    },
    async stop() {
      up = false;
      await run("pg_ctl", "-D", data, "-w", "-m", "fast", "stop");
    },
    async [Symbol.asyncDispose]() {
      if (up) await run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await run("initdb", "-D", data, "-U", "chat", "-A", "trust", "-E", "UTF8", "--no-sync");
  await cluster.start();
  return cluster;
}
