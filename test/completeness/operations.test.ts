import { expect, test } from "bun:test";
import { z } from "zod";
import { events, operations } from "../../src/domain/index.ts";
import { describeOperations } from "../../src/domain/described.ts";
import type { Operation } from "../../src/kernel/operation.ts";
import { isBoundedPattern, unbounded } from "../support/bounds.ts";

const all: readonly Operation[] = operations;

/** What is bounded in another way than by its schema's own limits: where (operation and path), and how. */
const BOUNDED_OTHERWISE: Readonly<Record<string, string>> = {
  "plugin.configure options": "options are at most 64 KiB of JSON under at most 200 names",
  "member.ban until": "a moment; the latest is as good as for ever",
  "slash.call args": "an argument that the command does not know is refused, and a number is written as text",
  "message.send embeds.[]": "an embed is at most 32 KiB of JSON, and there are at most ten",
  "slash.answer embeds.[]": "an embed is at most 32 KiB of JSON, and there are at most ten",
  "message.edit embeds.[]": "an embed is at most 32 KiB of JSON, and there are at most ten",
  "webhook.post embeds.[]": "an embed is at most 32 KiB of JSON, and there are at most ten",
  "webhook.post-github body": "the wire reads at most webhooks.max_body",
  "attachment.upload bytes": "they are counted while they are stored, up to attachments.max_size",
};

test("every operation is named noun.verb, and no two alike", () => {
  for (const { name } of all) expect(name).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test("every event is named noun.participle, says in a sentence what happened, and no two are alike", () => {
  for (const { name, summary } of events) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    expect(summary, name).toMatch(/^\p{Lu}.*\.$/u);
  }
  expect(new Set<string>(events.map(({ name }) => name)).size).toBe(events.length);
});

test("every operation says in a sentence what it does and what right it needs", () => {
  for (const { name, summary, access } of all) {
    expect(summary, name).toMatch(/^\p{Lu}.*\.$/u);
    for (const rule of Object.values(access)) expect((rule as { needs: string }).needs, name).toBeTruthy();
  }
});

test("nothing in an operation's input can be made as large as one likes", () => {
  const open = all.flatMap(({ name, input }) => unbounded(input).map((what) => `${name} ${what}`));
  const excused = Object.keys(BOUNDED_OTHERWISE);
  expect(open.filter((what) => !excused.some((where) => what.startsWith(where))).join("\n")).toBe("");
});

/** Called like a secret, and none. */
const OPEN: ReadonlySet<string> = new Set(["plugin-store.get key", "plugin-store.put key", "plugin-store.drop key"]);

test("every secret in an operation's input is marked as one, so that the command line takes it from no argument", () => {
  const fields = describeOperations().flatMap(({ name, input }) =>
    Object.entries((input["properties"] ?? {}) as Record<string, { secret?: boolean }>).map(([key, schema]) => ({
      field: `${name} ${key}`,
      marked: schema.secret === true,
    })),
  );
  const secret = / (password|old|secret|token|code|key|auth|validator|invite)$/;
  expect(
    fields.filter(({ field, marked }) => marked !== (secret.test(field) && !OPEN.has(field))).map(({ field }) => field),
  ).toEqual([]);
});

test("the search for open ends finds each kind of them", () => {
  const open: readonly (readonly [z.ZodType, string])[] = [
    [z.object({ a: z.string() }), "a: a string"],
    [z.object({ a: z.string().min(1).trim().optional() }), "a: a string"],
    [z.object({ a: z.string().regex(/^a+$/) }), "a: a string"],
    [z.object({ a: z.number().int() }), "a: a number"],
    [z.object({ a: z.number().max(5).default(1) }), "a: a number"],
    [z.object({ a: z.array(z.boolean()) }), "a: an array"],
    [z.object({ a: z.array(z.string()).max(3) }), "a.[]: a string"],
    [z.object({ a: z.record(z.string().max(3), z.boolean()) }), "a: as many keys"],
    [z.looseObject({}), "(all): further keys"],
    [z.object({ a: z.unknown() }), "a: unknown"],
    [z.object({ a: z.union([z.literal("x"), z.string()]) }), "a: a string"],
    [z.object({ a: z.string().transform((text) => text.length) }), "a: a string"],
    [z.object({ a: z.object({ b: z.string() }) }).refine(() => true), "a.b: a string"],
  ];
  for (const [schema, what] of open) expect(unbounded(schema).join()).toStartWith(what);
  const closed = z.object({
    a: z.string().max(3).trim(),
    b: z.string().regex(/^[a-z]{1,9}(x|y)?$/),
    c: z.number().int().min(0).max(9),
    d: z.array(z.enum(["x"])).max(3),
    e: z.partialRecord(z.enum(["x"]), z.string().max(3)).nullish(),
    f: z.literal(5).or(z.boolean()),
  });
  expect(unbounded(closed)).toEqual([]);
  expect(isBoundedPattern(/^a{2,}$/)).toBe(false);
  expect(isBoundedPattern(/a/)).toBe(false);
});
