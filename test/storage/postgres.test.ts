import { type Socket, SQL } from "bun";
import { describe, expect, test } from "bun:test";
import { migrate, migrations } from "../../src/storage/migrations.ts";
import { openStore } from "../../src/storage/open.ts";
import { checkPostgres } from "../../src/storage/postgres-connection.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { Batch, DatabaseUnusable, read, write } from "../../src/storage/store.ts";
import { storeSuite } from "../suites/store.ts";
import { emptiedDatabase, postgresServer, temporaryDatabase } from "../support/postgres.ts";
import { refused } from "../support/refused.ts";

const insert = write<{ id: string }>(`insert into t (id) values (:id)`);
const count = read<Record<never, never>, { n: number }>(`select count(*) as n from t`, "n");
const seqsAfter = read<{ seq: number }, { seq: number }>(`select seq from event where seq > :seq order by seq`, "seq");
const logged = () => {
  const batch = new Batch();
  batch.log({ type: "e", at: 1, actor: "a", community: "c", to: { user: "u" }, data: {} }, {});
  return batch;
};
/** Stands between a client and the server, and can be cut. */
function cable(server: URL) {
  const ends = new Set<Socket<any>>();
  let port = 0;
  let silent = false;
  let listener: { stop(closeActive?: boolean): void; readonly port: number } | undefined;
  const relay = {
    plug() {
      listener = Bun.listen<{ far?: Promise<Socket<any>> }>({
        hostname: "127.0.0.1",
        port,
        socket: {
          open(near) {
            ends.add(near);
            near.data = {
              far: Bun.connect({
                hostname: server.hostname,
                port: Number(server.port || 5432),
                socket: { data: (_, bytes) => void (silent || near.write(bytes)), close: () => void near.end() },
              }).then((far) => (ends.add(far), far)),
            };
          },
          data: (near, bytes) => void near.data.far?.then((far) => far.write(bytes)),
          close: (near) => void near.data?.far?.then((far) => far.end()),
        },
      });
      port = listener.port;
      const url = new URL(server);
      url.hostname = "127.0.0.1";
      url.port = String(port);
      return url.href;
    },
    /** As a host that has vanished: nothing arrives any more, and nobody hangs up. */
    silence(on: boolean) {
      silent = on;
    },
    cut() {
      listener?.stop(true);
      for (const end of ends) end.terminate();
      ends.clear();
    },
  };
  return relay;
}

describe.skipIf(!postgresServer)("on Postgres", () => {
  storeSuite("Postgres", emptiedDatabase());

  test("two processes that start at once do not both migrate", async () => {
    await using database = await temporaryDatabase();
    await using a = openPostgres(database.url);
    await using b = openPostgres(database.url);
    await using c = openPostgres(database.url);
    const ran = await Promise.all([migrate(a, 1), migrate(b, 2), migrate(c, 3)]);
    expect(ran.flat()).toEqual(migrations.map(({ name }) => name));
  });

  test("with several writing processes, a number never appears below one already seen", async () => {
    await using database = await temporaryDatabase();
    await using slow = openPostgres(database.url);
    await using quick = openPostgres(database.url);
    await using admin = new SQL(database.url, { max: 2 });
    await migrate(slow, 1);
    await slow.exec(`create table t (id text primary key); insert into t (id) values ('held')`);
    const waitingFor = async (kind: string) => {
      const query = `select 1 from pg_locks where not granted and locktype = '${kind}'
        and pid in (select pid from pg_stat_activity where datname = current_database())`;
      return (await admin.unsafe(query)).length > 0;
    };

    const holder = await admin.reserve();
    await holder.unsafe(`begin`);
    await holder.unsafe(`select id from t for update`);
    const touch = write<Record<never, never>>(`update t set id = id`);
    const numbered = slow.commit(logged());
    const held = slow.commit(new Batch().add(touch, {}));
    while (!(await waitingFor("transactionid")));

    const second = quick.commit(logged());
    while (Bun.peek.status(second) === "pending" && !(await waitingFor("advisory")));
    const meanwhile = await quick.all(seqsAfter, { seq: 0 });
    await holder.unsafe(`rollback`);
    holder.release();
    expect(meanwhile).toEqual([]);
    await Promise.all([numbered, held, second]);
    expect(await quick.all(seqsAfter, { seq: 0 })).toEqual([{ seq: 1 }, { seq: 2 }]);
  });

  test("while another process does not finish its write, writes are refused as busy and reads are answered", async () => {
    await using database = await temporaryDatabase();
    await using store = openPostgres(database.url, { patience: 1 });
    await using hanging = openPostgres(database.url);
    await using admin = new SQL(database.url, { max: 1 });
    await store.exec(`create table t (id text primary key); create table held (id text); insert into held (id) values ('x')`);
    const holder = await admin.reserve();
    await holder.unsafe(`begin`);
    await holder.unsafe(`lock table held`);
    const touch = write<Record<never, never>>(`update held set id = id`);
    const first = hanging.commit(new Batch().add(touch, {}));
    const lockHeld = read<Record<never, never>, { n: number }>(
      `select count(*) as n from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
      "n",
    );
    while (!(await store.one(lockHeld, {}))!.n);
    const writes = ["a", "b"].map((id) => store.commit(new Batch().add(insert, { id })));
    expect(await Promise.all(writes.map(refused))).toEqual(["unavailable store.busy", "unavailable store.busy"]);
    expect((await store.one(count, {}))!.n).toBe(0);
    await holder.unsafe(`rollback`);
    holder.release();
    await first;
    await store.commit(new Batch().add(insert, { id: "a" }));
    expect((await store.one(count, {}))!.n).toBe(1);
  });

  test("a server that goes away makes callers wait for a refusal, not for ever, and comes back without a restart", async () => {
    await using database = await temporaryDatabase();
    const wire = cable(new URL(database.url));
    await using store = openPostgres(wire.plug());
    await store.exec(`create table t (id text primary key)`);
    await store.commit(new Batch().add(insert, { id: "before" }));

    wire.cut();
    const away = [
      store.commit(new Batch().add(insert, { id: "x" })),
      store.commit(new Batch().add(insert, { id: "y" })),
      store.one(count, {}),
    ];
    expect(await Promise.all(away.map(refused))).toEqual(Array(3).fill("unavailable store.away"));
    expect(await refused(store.exec(`create table u (id text)`))).toBe("unavailable store.away");

    wire.plug();
    await store.commit(new Batch().add(insert, { id: "after" }));
    expect((await store.one(count, {}))!.n).toBe(2);
    wire.cut();
  });

  test("a server that says nothing any more is given up, and found again without a restart", async () => {
    await using database = await temporaryDatabase();
    const wire = cable(new URL(database.url));
    await using store = openPostgres(wire.plug(), { silence: 1000 });
    await store.exec(`create table t (id text primary key)`);
    await store.commit(new Batch().add(insert, { id: "before" }));
    wire.silence(true);
    const lost = [store.commit(new Batch().add(insert, { id: "x" })), store.one(count, {}), store.all(count, {})];
    expect(await Promise.all(lost.map(refused))).toEqual(Array(3).fill("unavailable store.away"));
    wire.silence(false);
    await store.commit(new Batch().add(insert, { id: "after" }));
    expect((await store.one(count, {}))!.n).toBeGreaterThanOrEqual(2);
    wire.cut();
  });

  test("a connection cut in the middle of a transaction leaves nothing of the batch", async () => {
    await using database = await temporaryDatabase();
    await using store = openPostgres(database.url);
    await using admin = new SQL(database.url, { max: 1 });
    await store.exec(`create table t (id text primary key)`);
    const kill = write<Record<never, never>>(`select pg_terminate_backend(pg_backend_pid())`);
    const cut = new Batch().add(insert, { id: "a" }).add(kill, {}).add(insert, { id: "b" });
    expect(await refused(store.commit(cut))).toBe("unavailable store.away");
    await store.commit(new Batch().add(insert, { id: "c" }));
    expect(Array.from(await admin.unsafe("select id from t"))).toEqual([{ id: "c" }]);
  });

  test("failures leave no session idle in a transaction", async () => {
    await using database = await temporaryDatabase();
    await using store = openPostgres(database.url);
    await using admin = new SQL(database.url, { max: 1 });
    await store.exec(`create table t (id text primary key)`);
    const twice = () => store.commit(new Batch().add(insert, { id: "a" }).add(insert, { id: "a" }));
    await Promise.allSettled([twice(), twice(), store.exec(`create table t (id text)`), twice()]);
    const open = await admin.unsafe(
      `select state from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    expect(Array.from(open)).toEqual([]);
  });

  test("what the server reports is told in the refusals of the contract", async () => {
    await using database = await temporaryDatabase();
    await using store = openPostgres(database.url);
    await store.exec(`create table t (id text primary key)`);
    const told = {
      "53100": "unavailable store.full",
      "40P01": "conflict store.changed",
      "40001": "conflict store.changed",
      "25006": "unavailable store.away",
      "57P01": "unavailable store.away",
    };
    for (const [state, wanted] of Object.entries(told)) {
      const fail = write<Record<never, never>>(`do $$ begin raise exception using errcode = '${state}'; end $$`);
      expect(await refused(store.commit(new Batch().add(insert, { id: "a" }).add(fail, {})))).toBe(wanted);
    }
    expect((await store.one(count, {}))!.n).toBe(0);
  });

  test("a text with U+0000, which Postgres cannot keep, is invalid input", async () => {
    await using database = await temporaryDatabase();
    await using store = openPostgres(database.url);
    await store.exec(`create table t (id text primary key)`);
    const among = read<{ ids: string[] }, { id: string }>(`select id from t where id in :ids[]`);
    expect(await refused(store.commit(new Batch().add(insert, { id: "a\u0000b" })))).toBe("invalid-input store.text");
    expect(await refused(store.all(among, { ids: ["a\u0000b"] }))).toBe("invalid-input store.text");
  });

  test("an address that leads nowhere is told in a sentence that holds no password", async () => {
    const sentence = async (change: (url: URL) => void) => {
      const url = new URL(postgresServer!);
      change(url);
      const why: unknown = await checkPostgres(url.href).catch((thrown: unknown) => thrown);
      expect(why).toBeInstanceOf(DatabaseUnusable);
      return (why as Error).message;
    };
    const host = new URL(postgresServer!).host;
    expect(await sentence((url) => (url.pathname = "/chat_test_missing"))).toBe(
      `The database "chat_test_missing" does not exist on the Postgres server at ${host}. Create it with: createdb chat_test_missing`,
    );
    const stranger = await sentence((url) => ((url.username = "chat_test_stranger"), (url.password = "secret")));
    expect(stranger).toContain(`The Postgres server at ${host} did not let user "chat_test_stranger" in`);
    expect(stranger).not.toContain("secret");
    const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { port } = listener;
    listener.stop(true);
    const silent = await sentence((url) => ((url.hostname = "127.0.0.1"), (url.port = String(port)), (url.password = "secret")));
    expect(silent).toContain(`The Postgres server at 127.0.0.1:${port} does not answer`);
    expect(silent).toContain("Check the address, and that the server is running.");
    expect(silent).not.toContain("secret");
  });

  test("an address in the settings opens Postgres", async () => {
    await using database = await temporaryDatabase();
    await using store = await openStore({ databaseUrl: database.url, databaseFile: "unused" });
    expect(store.dialect).toBe("postgres");
  });
});
