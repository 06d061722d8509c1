import { describe, expect, test } from "bun:test";
import { epoch, lastSeq, prune, renewEpoch, since } from "../../src/storage/event-log.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { Batch, type Store } from "../../src/storage/store.ts";
import { emptiedDatabase, postgresServer } from "../support/postgres.ts";

async function happen(store: Store, ...moments: number[]) {
  const batch = new Batch();
  for (const at of moments) {
    const data = { at, text: "ü" };
    batch.log({ type: `at.${at}`, at, actor: "alice", community: "home", to: { channel: "general", except: "s1" }, data }, data);
  }
  await store.commit(batch);
}
const types = (events: Awaited<ReturnType<typeof since>>) => (events === "resync" ? events : events.map(({ type }) => type));

function eventLogSuite(name: string, make: () => Promise<AsyncDisposable & { readonly store: Store }>) {
  const on = (sentence: string, body: (store: Store) => Promise<void>) =>
    test(sentence, async () => {
      await using made = await make();
      await migrate(made.store, 1);
      await body(made.store);
    });

  describe(`the event log on ${name}`, () => {
    on("gives back what was written after a position, oldest first, a page at a time", async (store) => {
      const log = await epoch(store, "e1");
      expect(await lastSeq(store)).toBe(0);
      expect(await since(store, { epoch: log, seq: 0 }, 10)).toEqual([]);
      await happen(store, 1, 2, 3);
      const [first, ...rest] = (await since(store, { epoch: log, seq: 0 }, 2)) as Exclude<
        Awaited<ReturnType<typeof since>>,
        "resync"
      >;
      expect(first).toEqual({
        seq: 1,
        type: "at.1",
        at: 1,
        actor: "alice",
        community: "home",
        to: { channel: "general", except: "s1" },
        data: { at: 1, text: "ü" },
      });
      expect(types(rest)).toEqual(["at.2"]);
      expect(types(await since(store, { epoch: log, seq: rest[0]!.seq }, 10))).toEqual(["at.3"]);
      expect(await since(store, { epoch: log, seq: await lastSeq(store) }, 10)).toEqual([]);
    });

    on("keeps the name it was given first, until it is renewed", async (store) => {
      expect(await epoch(store, "e1")).toBe("e1");
      expect(await epoch(store, "e2")).toBe("e1");
      await happen(store, 1);
      await renewEpoch(store, "e3");
      expect(await epoch(store, "e4")).toBe("e3");
      expect(await since(store, { epoch: "e1", seq: 0 }, 10)).toBe("resync");
      expect(types(await since(store, { epoch: "e3", seq: 0 }, 10))).toEqual(["at.1"]);
    });

    on("forgets what is too old and what is too much, and sends whoever needs it to a snapshot", async (store) => {
      const log = await epoch(store, "e1");
      await happen(store, 10, 20, 30, 40, 50);
      expect(await prune(store, { before: 10, keep: 5 })).toBe(0);
      expect(await prune(store, { before: 30, keep: 100 })).toBe(2);
      expect(await since(store, { epoch: log, seq: 1 }, 10)).toBe("resync");
      expect(types(await since(store, { epoch: log, seq: 2 }, 10))).toEqual(["at.30", "at.40", "at.50"]);
      expect(await prune(store, { before: 0, keep: 1 })).toBe(2);
      expect(await since(store, { epoch: log, seq: 2 }, 10)).toBe("resync");
      expect(types(await since(store, { epoch: log, seq: 4 }, 10))).toEqual(["at.50"]);
    });

    on("knows its last number when all of it has been forgotten, and goes on from there", async (store) => {
      const log = await epoch(store, "e1");
      await happen(store, 1, 2);
      expect(await prune(store, { before: 100, keep: 100 })).toBe(2);
      expect(await lastSeq(store)).toBe(2);
      expect(await since(store, { epoch: log, seq: 2 }, 10)).toEqual([]);
      await happen(store, 3);
      expect(await lastSeq(store)).toBe(3);
      expect(types(await since(store, { epoch: log, seq: 2 }, 10))).toEqual(["at.3"]);
    });

    on("sends a reader who is ahead of it to a snapshot: the database is older than what they saw", async (store) => {
      const log = await epoch(store, "e1");
      await happen(store, 1);
      expect(await since(store, { epoch: log, seq: 99 }, 10)).toBe("resync");
    });

    on("forgets thousands in pieces", async (store) => {
      const log = await epoch(store, "e1");
      await happen(store, ...Array.from({ length: 2500 }, (_, i) => i));
      expect(await prune(store, { before: 2400, keep: 1_000_000 })).toBe(2400);
      expect(types(await since(store, { epoch: log, seq: 2400 }, 1))).toEqual(["at.2400"]);
    });
  });
}

eventLogSuite("SQLite", async () => {
  const store = openSqlite(":memory:");
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});
describe.skipIf(!postgresServer)("on Postgres", () => eventLogSuite("Postgres", emptiedDatabase()));
