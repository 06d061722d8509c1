import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import * as polls from "../../src/domain/polls/statements.ts";
import * as threads from "../../src/domain/threads/statements.ts";
import * as unreads from "../../src/domain/unreads/statements.ts";
import { first } from "../../src/storage/migrations/0001-first.ts";
import { compile, type Statement } from "../../src/storage/store.ts";

const db = new Database(":memory:");
db.run(`${first.both}\n${first.sqlite}`.replaceAll("{serial}", "integer primary key autoincrement"));

const asking = Object.entries({ ...polls, ...threads, ...unreads }).filter(
  (entry): entry is [string, Statement<any, any>] => typeof entry[1] === "object" && !String(entry[1].text).startsWith("insert"),
);

test.each(asking)("%s finds its rows by an index, however many others there are", (_, statement) => {
  const plan = db
    .query<{ detail: string }, []>(`explain query plan ${compile(statement.text, "sqlite").sql}`)
    .all()
    .map(({ detail }) => detail);
  // `after` and `whole` are counts that stop at a number.
  expect(plan.filter((step) => /^SCAN (?!json_each|ranked|shown|after|whole|\(subquery)/.test(step))).toEqual([]);
});
