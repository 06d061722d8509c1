import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import * as declared from "../../../src/domain/messages/statements.ts";
import { first } from "../../../src/storage/migrations/0001-first.ts";
import { compile, type Statement } from "../../../src/storage/store.ts";

const db = new Database(":memory:");
db.run(`${first.both}\n${first.sqlite}`.replaceAll("{serial}", "integer primary key autoincrement"));

/** How SQLite goes about a statement, one line a step. */
const planOf = (statement: Statement<any, any>): string[] =>
  db
    .query<{ detail: string }, []>(`explain query plan ${compile(statement.text, "sqlite").sql}`)
    .all()
    .map(({ detail }) => detail);

const asking = Object.entries(declared).filter(
  (entry): entry is [string, Statement<any, any>] =>
    typeof entry[1] === "object" && "numbers" in entry[1] && !String(entry[1].text).startsWith("insert"),
);

test.each(asking)("%s finds its messages by an index, in any history", (_, statement) => {
  expect(planOf(statement).filter((step) => /^SCAN (m|message|reaction|mention|u|a|r)\b/.test(step))).toEqual([]);
});

test("pages, neighbours and pins come out of their index in order, without sorting", () => {
  for (const statement of [declared.olderThan, declared.newerThan, declared.pinnedMessages, declared.countBefore])
    expect(planOf(statement).filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
});

test("the pins of a channel are found without looking at its other messages", () => {
  expect(planOf(declared.pinnedMessages)[0]).toContain("message_pinned");
});
