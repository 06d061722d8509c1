import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { operations } from "../../src/domain/index.ts";
import { TestDoor } from "../support/originchats.ts";
import { type SomeSettings, type TestApp, testApp } from "../support/world.ts";

/** A call that is an administrative act, and the calls that make it possible. */
interface Act {
  readonly input: unknown;
  readonly first?: readonly (readonly [operation: string, input: unknown])[];
}

/**
 * Every operation, in its place: an administrative act leaves one entry in the moderation log, anything else none.
 * An operation that stands in neither list fails the test: whoever adds one decides.
 */
const ACTS: Readonly<Record<string, Act>> = {
  "member.ban": { input: { user: "bob", reason: "spam", purgeMs: 60_000 } },
  "member.unban": { input: { user: "bob" }, first: [["member.ban", { user: "bob" }]] },
  "member.kick": { input: { user: "bob" } },
  "member.timeout": { input: { user: "bob", seconds: 60 } },
  "rate-limit.reset": { input: { user: "bob" }, first: [["member.timeout", { user: "bob", seconds: 60 }]] },
};
const OTHERS: readonly string[] = [
  "account.log-in",
  "account.register",
  "ban.list",
  "channel.audience",
  "channel.list",
  "community.found",
  "community.show",
  "message.list",
  "message.send",
  "modlog.list",
  "modlog.summarize",
  "rate-limit.show",
  "session.close",
  "session.open",
];

async function scene(settings: SomeSettings = {}) {
  const app = await testApp(settings);
  const bob = await new TestDoor(app).signedIn("bob");
  await bob.ask({ cmd: "message_new", channel: "general", content: "hi" });
  return app;
}
const call = ({ kernel, community }: TestApp, name: string, input: unknown): Promise<any> =>
  kernel.invoke(operations.find((op) => op.name === name) as any, consoleActor(community.id), input);
const entries = async (app: TestApp): Promise<{ action: string; category: string; actor: { id: string } }[]> =>
  (await call(app, "modlog.list", {})).entries;

test("every operation is known to be an administrative act or not", () => {
  expect([...Object.keys(ACTS), ...OTHERS].toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});

describe("an administrative act leaves exactly one entry, with its change", () => {
  for (const [name, { input, first = [] }] of Object.entries(ACTS)) {
    test(name, async () => {
      const app = await scene();
      for (const [operation, before] of first) await call(app, operation, before);
      const before = await entries(app);
      const heard = app.happened.length;
      await call(app, name, input);
      const after = await entries(app);
      expect(after.slice(1)).toEqual(before);
      expect(after[0]).toMatchObject({ actor: { id: "console", name: "console", realm: null }, at: app.clock.now() });
      expect(app.happened.slice(heard).filter(({ type }) => type === "modlog.recorded")).toHaveLength(1);
    });
    test(`${name}, unless the log is turned off`, async () => {
      const app = await scene({ modlog: { enabled: false } });
      for (const [operation, before] of first) await call(app, operation, before);
      await call(app, name, input);
      expect(await entries(app)).toEqual([]);
    });
  }

  test("what changes nothing leaves none", async () => {
    const app = await scene();
    await call(app, "member.unban", { user: "bob" });
    await call(app, "member.ban", { user: "nobody" }).catch(() => {});
    expect(await entries(app)).toEqual([]);
  });
});
