import { describe, expect, test } from "bun:test";
import type { Happened } from "../../src/kernel/event.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { DatabaseTooNew, migrate, type Migration, migrations } from "../../src/storage/migrations.ts";
import { Batch, keptRead, read, type Store, write } from "../../src/storage/store.ts";
import { refused } from "../support/refused.ts";

/** An empty store; what lies beneath goes with it. */
export type MakeStore = () => Promise<AsyncDisposable & { readonly store: Store }>;

interface Thing {
  id: string;
  n: number;
  note: string | null;
}
const SHAPE = `
  create table thing (id text primary key, n bigint not null, note text);
  create table part (thing text not null references thing (id) on delete cascade, name text not null);`;
const insertThing = write<Thing>(`insert into thing (id, n, note) values (:id, :n, :note)`);
const insertPart = write<{ thing: string; name: string }>(`insert into part (thing, name) values (:thing, :name)`);
const setN = write<{ id: string; n: number; was: number }>(`update thing set n = :n where id = :id and n = :was`);
const thingById = read<{ id: string }, Thing>(`select id, n, note from thing where id = :id`, "n");
const thingsInOrder = read<Record<never, never>, Thing>(`select id, n, note from thing order by n, id`, "n");
const thingsAmong = read<{ ids: string[] }, Thing>(`select id, n, note from thing where id in :ids[] order by n`, "n");
const thingsNotAmong = read<{ ids: string[] }, Thing>(`select id, n, note from thing where id not in :ids[] order by n`, "n");
const thingsAbove = read<{ n: number; limit: number }, Thing>(
  `select id, n, note from thing where n > :n order by n limit :limit`,
  "n",
);
const countThings = read<Record<never, never>, { count: number; sum: number | null }>(
  `select count(*) as count, sum(n) as sum from thing`,
  "count",
  "sum",
);
const keptThing = keptRead<{ id: string }, Thing>(`select id, n, note from thing where id = :id`, "n");
const keptParts = keptRead<{ thing: string }, { name: string; n: number }>(
  `select p.name, t.n from part p join thing t on t.id = p.thing where t.id = :thing order by p.name`,
  "n",
);
const dropThing = write<{ id: string }>(`delete from thing where id = :id`);
const events = read<Record<never, never>, { seq: number; type: string; data: string }>(
  `select seq, type, data from event order by seq`,
  "seq",
);

const thing = (id: string, n = 0, note: string | null = null): Thing => ({ id, n, note });
const add = (...things: Thing[]): Batch => things.reduce((batch, one) => batch.add(insertThing, one), new Batch());
const happened = (type: string, data: unknown = {}): Happened => ({
  type,
  at: 1,
  actor: "a",
  community: "c",
  to: { user: "u" },
  data,
});
const logging = (type: string, data?: unknown): Batch & { readonly event: Happened } => {
  const event = happened(type, data);
  const batch = new Batch();
  batch.log(event, event.data);
  return Object.assign(batch, { event });
};
/** The contract of `Store`, for every database. */
export function storeSuite(name: string, make: MakeStore): void {
  const on = (sentence: string, body: (store: Store) => Promise<void>, timeout?: number) =>
    test(
      sentence,
      async () => {
        await using made = await make();
        await migrate(made.store, 1);
        await made.store.exec(SHAPE);
        await body(made.store);
      },
      timeout,
    );

  describe(`${name}: reading`, () => {
    on(
      "rows that may be kept are those of the last write, through joins, deletes that cascade and writes that are taken back",
      async (store) => {
        const seen = async () => [
          await store.one(keptThing, { id: "a" }),
          (await store.all(keptParts, { thing: "a" })).map((part) => `${part.name}${part.n}`),
        ];
        expect(await seen()).toEqual([undefined, []]);
        await store.commit(add(thing("a", 1)).add(insertPart, { thing: "a", name: "x" }));
        expect(await seen()).toEqual([thing("a", 1), ["x1"]]);
        await store.commit(new Batch().add(setN, { id: "a", n: 2, was: 1 }));
        expect(await seen()).toEqual([thing("a", 2), ["x2"]]);
        const unwelcome = new Batch().add(setN, { id: "a", n: 3, was: 2 }).require(setN, { id: "b", n: 1, was: 0 });
        await expect(store.commit(unwelcome)).rejects.toMatchObject({ code: "conflict" });
        expect(await seen()).toEqual([thing("a", 2), ["x2"]]);
        await store.commit(new Batch().add(dropThing, { id: "a" }));
        expect(await seen()).toEqual([undefined, []]);
      },
    );

    on("all answers every row in the order asked for, one the first or nothing", async (store) => {
      await store.commit(add(thing("b", 2), thing("a", 1, "x")));
      expect(await store.all(thingsInOrder, {})).toEqual([thing("a", 1, "x"), thing("b", 2)]);
      expect(await store.one(thingById, { id: "b" })).toEqual(thing("b", 2));
      expect(await store.one(thingById, { id: "c" })).toBeUndefined();
      expect(await store.all(thingsAbove, { n: 9, limit: 5 })).toEqual([]);
    });

    on("numbers come back as numbers, however large, from columns, counts and sums", async (store) => {
      const numbers = [0, -1, 2 ** 31, 1_795_166_063_109, Number.MAX_SAFE_INTEGER - 1_795_166_063_108 - 2 ** 31];
      await store.commit(add(...numbers.map((n, i) => thing(`t${i}`, n))));
      for (const [i, n] of numbers.entries()) expect(await store.one(thingById, { id: `t${i}` })).toEqual(thing(`t${i}`, n));
      expect(await store.one(countThings, {})).toEqual({ count: 5, sum: Number.MAX_SAFE_INTEGER });
      expect((await store.all(thingsAbove, { n: 2 ** 31, limit: 1 }))[0]!.n).toBe(1_795_166_063_109);
    });

    on("the sum of nothing is null, and a missing parameter is null", async (store) => {
      expect(await store.one(countThings, {})).toEqual({ count: 0, sum: null });
      await store.commit(new Batch().add(insertThing, { id: "a", n: 1 } as Thing));
      expect(await store.one(thingById, { id: "a" })).toEqual(thing("a", 1, null));
    });

    on("text comes back letter by letter: unicode, quotes, JSON, nothing, a lot", async (store) => {
      const texts = [
        "",
        "ÄÖ 你好 👩‍👩‍👧 ‮",
        `'; drop table thing; -- "\\`,
        JSON.stringify({ a: [1, null, "\u0000'\n"] }),
        ":id $1 ?1",
        "x".repeat(1_000_000),
      ];
      await store.commit(add(...texts.map((text, i) => thing(`t${i}`, i, text))));
      expect((await store.all(thingsInOrder, {})).map(({ note }) => note)).toEqual(texts);
    });

    on("half a surrogate pair is kept as U+FFFD", async (store) => {
      await store.commit(add(thing("a", 1, "x\ud83d")));
      expect((await store.one(thingById, { id: "a" }))!.note).toBe("x\ufffd");
    });

    on("a list of any length is one parameter, and nothing is among an empty one", async (store) => {
      await store.commit(add(thing("a", 1), thing("b'\"", 2), thing("ü", 3)));
      const ids = (found: Thing[]) => found.map(({ id }) => id);
      expect(ids(await store.all(thingsAmong, { ids: ["ü", "a", "nobody"] }))).toEqual(["a", "ü"]);
      expect(ids(await store.all(thingsAmong, { ids: ["b'\""] }))).toEqual(["b'\""]);
      expect(ids(await store.all(thingsAmong, { ids: [] }))).toEqual([]);
      expect(ids(await store.all(thingsNotAmong, { ids: [] }))).toEqual(["a", "b'\"", "ü"]);
      expect(ids(await store.all(thingsAmong, { ids: Array.from({ length: 5000 }, (_, i) => `x${i}`).concat("a") }))).toEqual([
        "a",
      ]);
    });
  });

  describe(`${name}: committing`, () => {
    on("a batch is written whole", async (store) => {
      await store.commit(add(thing("a"), thing("b")).add(insertPart, { thing: "a", name: "leg" }));
      expect((await store.one(countThings, {}))!.count).toBe(2);
    });

    on("a batch with one bad step leaves nothing, neither rows nor events", async (store) => {
      const bad = logging("bad").add(insertThing, thing("a")).add(insertThing, thing("a"));
      expect(await refused(store.commit(bad))).toBe("conflict store.constraint");
      expect(await store.all(thingsInOrder, {})).toEqual([]);
      expect(await store.all(events, {})).toEqual([]);
    });

    on("a missing foreign row is a conflict", async (store) => {
      expect(await refused(store.commit(new Batch().add(insertPart, { thing: "nobody", name: "leg" })))).toBe(
        "conflict store.constraint",
      );
    });

    on("a batch whose required rows are not there is refused whole", async (store) => {
      await store.commit(add(thing("a", 1)));
      const raced = () => add(thing(`new`)).require(setN, { id: "a", n: 2, was: 1 });
      await store.commit(new Batch().require(setN, { id: "a", n: 5, was: 1 }));
      expect(await refused(store.commit(raced()))).toBe("conflict store.changed");
      expect(await store.all(thingsInOrder, {})).toEqual([thing("a", 5)]);
      await store.commit(new Batch().require(setN, { id: "a", n: 1, was: 5 }).require(setN, { id: "nobody", n: 1, was: 1 }, 0));
      await store.commit(raced());
      expect(await store.all(thingsInOrder, {})).toEqual([thing("new", 0), thing("a", 2)]);
    });

    on("bad batches of a turn do not hurt the good ones, and good ones after them are there", async (store) => {
      const said: string[] = [];
      const batches = [
        add(thing("a", 1)),
        add(thing("lost", 9), thing("a", 2)),
        logging("good", { n: 3 }).add(insertThing, thing("c", 3)),
        new Batch().require(setN, { id: "nobody", n: 1, was: 1 }),
        new Batch().require(setN, { id: "c", n: 4, was: 3 }),
        new Batch().add(insertPart, { thing: "nobody", name: "leg" }),
        logging("last"),
      ];
      batches.forEach((batch, i) => batch.afterCommit(() => said.push(`${i}`)));
      const settled = await Promise.allSettled(batches.map((batch) => store.commit(batch)));
      expect(settled.map(({ status }) => status === "fulfilled")).toEqual([true, false, true, false, true, false, true]);
      expect(said).toEqual(["0", "2", "4", "6"]);
      expect(await store.all(thingsInOrder, {})).toEqual([thing("a", 1), thing("c", 4)]);
      expect((await store.all(events, {})).map(({ type }) => type)).toEqual(["good", "last"]);
    });

    on("of many at once exactly the bad ones are missing, whatever is wrong with them", async (store) => {
      const bad = (i: number) => i % 23 === 22 || i % 31 === 30;
      const said: number[] = [];
      const settled = await Promise.allSettled(
        Array.from({ length: 700 }, (_, i) => {
          const batch = logging("e", i).add(insertThing, thing(`t${i}`, i));
          if (i % 23 === 22) batch.require(setN, { id: "nobody", n: 1, was: 1 });
          if (i % 31 === 30) batch.add(insertThing, thing("t0"));
          batch.afterCommit(() => said.push(i));
          return store.commit(batch);
        }),
      );
      const good = Array.from({ length: 700 }, (_, i) => i).filter((i) => !bad(i));
      expect(settled.flatMap(({ status }, i) => (status === "fulfilled" ? [i] : []))).toEqual(good);
      expect(said).toEqual(good);
      expect((await store.all(thingsInOrder, {})).map(({ n }) => n)).toEqual(good);
      expect((await store.all(events, {})).map(({ data }) => Number(data))).toEqual(good);
    });

    on("batches take effect, and are announced, in the order of the calls", async (store) => {
      await store.commit(add(thing("a", 0)));
      const announced: number[] = [];
      const commits: Promise<void>[] = [];
      for (let i = 0; i < 500; i++) {
        const batch = new Batch().require(setN, { id: "a", n: i + 1, was: i });
        batch.afterCommit(() => announced.push(i));
        commits.push(store.commit(batch));
        if (i % 70 === 0) await store.one(thingById, { id: "a" });
      }
      await Promise.all(commits);
      expect(announced).toEqual(Array.from({ length: 500 }, (_, i) => i));
      expect((await store.one(thingById, { id: "a" }))!.n).toBe(500);
    });

    on("a call made while others are being written comes after them", async (store) => {
      const announced: string[] = [];
      const say = (batch: Batch, word: string) => (batch.afterCommit(() => announced.push(word)), batch);
      let second: Promise<void> | undefined;
      const first = say(add(thing("a")), "first");
      first.afterCommit(() => (second = store.commit(say(new Batch().require(setN, { id: "a", n: 1, was: 0 }), "third"))));
      await Promise.all([store.commit(first), store.commit(say(add(thing("b")), "second"))]);
      await second;
      expect(announced).toEqual(["first", "second", "third"]);
    });

    on("nothing is announced before everybody can read it, or if it was refused", async (store) => {
      const batch = logging("made").add(insertThing, thing("a"));
      let seen: Promise<unknown[]> | undefined;
      batch.afterCommit(() => (seen = Promise.all([store.one(thingById, { id: "a" }), store.all(events, {})])));
      await store.commit(batch);
      expect(await seen).toEqual([thing("a"), [{ seq: batch.event.seq!, type: "made", data: "{}" }]]);
      const again = add(thing("a"));
      let told = false;
      again.afterCommit(() => (told = true));
      await refused(store.commit(again));
      expect(told).toBe(false);
    });

    on("events are numbered upwards in the order of the calls, and keep what they carry", async (store) => {
      const batches = Array.from({ length: 50 }, (_, i) => logging(`e${i}`, { i, text: "ü\u0000" }));
      await Promise.all(batches.map((batch) => store.commit(batch)));
      const seqs = batches.map(({ event }) => event.seq!);
      expect(seqs.every((seq, i) => typeof seq === "number" && (i === 0 || seq > seqs[i - 1]!))).toBe(true);
      const rows = await store.all(events, {});
      expect(rows).toEqual(
        batches.map((batch, i) => ({ seq: seqs[i]!, type: `e${i}`, data: JSON.stringify({ i, text: "ü\u0000" }) })),
      );
    });

    on("a listener that throws costs its own caller the answer and nobody else", async (store) => {
      const said: string[] = [];
      const broken = add(thing("a"));
      broken.afterCommit(() => {
        throw new Error("listener");
      });
      broken.afterCommit(() => said.push("broken's second"));
      const fine = add(thing("b"));
      fine.afterCommit(() => said.push("fine"));
      const settled = await Promise.allSettled([store.commit(broken), store.commit(fine)]);
      expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
      expect(said).toEqual(["broken's second", "fine"]);
      expect((await store.one(countThings, {}))!.count).toBe(2);
    });

    on("a failure of our own making is passed on as it is, and the store lives on", async (store) => {
      const nonsense = write<Record<never, never>>(`insert into no_such_table (a) values (1)`);
      const [bad, good] = await Promise.allSettled([store.commit(new Batch().add(nonsense, {})), store.commit(add(thing("a")))]);
      expect(bad.status).toBe("rejected");
      expect((bad as PromiseRejectedResult).reason).not.toBeInstanceOf(Refusal);
      expect(good.status).toBe("fulfilled");
      await expect(store.all(read<Record<never, never>, Thing>(`select nothing from thing`), {})).rejects.not.toBeInstanceOf(
        Refusal,
      );
      await store.commit(add(thing("b")));
      expect((await store.one(countThings, {}))!.count).toBe(2);
    });

    on("no transaction stays open after failures", async (store) => {
      await refused(store.commit(add(thing("a"), thing("a"))));
      await Promise.allSettled([
        store.commit(add(thing("b"), thing("b"))),
        store.commit(add(thing("c"))),
        store.commit(add(thing("c"))),
      ]);
      await store.exec(`create table later (id text)`);
      await store.commit(add(thing("d")));
      expect((await store.all(thingsInOrder, {})).map(({ id }) => id)).toEqual(["c", "d"]);
    });

    on(
      "ten thousand batches at once are all written, in order",
      async (store) => {
        const announced: number[] = [];
        await Promise.all(
          Array.from({ length: 10_000 }, (_, i) => {
            const batch = logging("e", i).add(insertThing, thing(`t${i}`, i));
            batch.afterCommit(() => announced.push(i));
            return store.commit(batch);
          }),
        );
        expect(announced).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
        expect((await store.one(countThings, {}))!.count).toBe(10_000);
        expect((await store.all(events, {})).map(({ data }) => Number(data))).toEqual(announced);
      },
      30_000,
    );

    on("what was asked before closing is written before closing", async (store) => {
      const commits = [store.commit(add(thing("a"))), store.commit(add(thing("b")))];
      await store[Symbol.asyncDispose]();
      expect((await Promise.allSettled(commits)).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
      expect(await refused(store.commit(add(thing("c"))))).toBe("unavailable store.away");
      await store[Symbol.asyncDispose]();
    });
  });

  describe(`${name}: migrating`, () => {
    const bare = (sentence: string, body: (store: Store) => Promise<void>) =>
      test(sentence, async () => {
        await using made = await make();
        await body(made.store);
      });
    const one: Migration = { id: 1, name: "one", both: `create table one (n {serial});` };
    const two: Migration = { id: 2, name: "two", both: `create table two (id text); insert into two (id) values ('x');` };
    const broken: Migration = {
      id: 2,
      name: "two",
      both: `create table two (id text); insert into two (id) values ('x'); insert into nowhere (id) values ('y');`,
    };
    const applied = read<Record<never, never>, { id: number; at: number }>(
      `select id, at from migration order by id`,
      "id",
      "at",
    );

    bare("an empty database is brought to the newest shape, and a second start finds nothing to do", async (store) => {
      expect(await migrate(store, 7)).toEqual(migrations.map((migration) => migration.name));
      expect(await migrate(store, 8)).toEqual([]);
      expect((await store.all(applied, {})).map(({ at }) => at)).toEqual(migrations.map(() => 7));
    });

    bare("only the migrations that are missing run", async (store) => {
      expect(await migrate(store, 1, [one])).toEqual(["one"]);
      expect(await migrate(store, 2, [one, two])).toEqual(["two"]);
      expect(await store.all(applied, {})).toEqual([
        { id: 1, at: 1 },
        { id: 2, at: 2 },
      ]);
    });

    bare("a migration that fails half way leaves the database as it was, and can be repeated", async (store) => {
      await expect(migrate(store, 1, [one, broken])).rejects.toThrow("nowhere");
      expect(await store.all(applied, {})).toEqual([{ id: 1, at: 1 }]);
      expect(await migrate(store, 2, [one, two])).toEqual(["two"]);
    });

    bare("a database written by a newer program is refused in a sentence and not touched", async (store) => {
      await migrate(store, 1, [one, two]);
      const older = migrate(store, 2, [one]);
      await expect(older).rejects.toBeInstanceOf(DatabaseTooNew);
      await expect(older).rejects.toThrow(/newer version of chat \(schema 2; this program knows 1\)\. Install that version/);
      expect((await store.all(applied, {})).length).toBe(2);
    });
  });
}
