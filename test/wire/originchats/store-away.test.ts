// A session that signed in, or whose roles changed, in the moment in which the database went away heard no channel from then on, or too many.
import { expect, test } from "bun:test";
import { consoleActor } from "../../../src/app.ts";
import { updateChannel } from "../../../src/domain/channels/update-channel.ts";
import { Refusal } from "../../../src/kernel/refusal.ts";
import { openSqlite } from "../../../src/storage/sqlite.ts";
import type { Store } from "../../../src/storage/store.ts";
import { TestDoor } from "../../support/originchats.ts";
import { testApp } from "../../support/world.ts";

/** A database that goes away after so many more reads. */
function leavingStore(): Store & { left: number } {
  const lasting = openSqlite(":memory:");
  const read = (): void => {
    if (store.left-- <= 0) throw new Refusal("unavailable", "store.away");
  };
  const store: Store & { left: number } = {
    ...lasting,
    left: Infinity,
    async all(statement, params) {
      read();
      return lasting.all(statement, params);
    },
    async one(statement, params) {
      read();
      return lasting.one(statement, params);
    },
  };
  return store;
}
const away = "The server cannot reach its database: try again later";

test("whoever signs in while the database goes away is let in to all they may hear, or told and sent away", async () => {
  const store = leavingStore();
  await using app = await testApp({}, { store });
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  await bob.leave();
  const outcomes = new Set<string>();
  for (let reads = 0; !outcomes.has("in"); reads++) {
    app.clock.advance(60_000);
    const late = door.connect("late");
    await late.arrived();
    store.left = reads;
    const frames = await late.ask({ cmd: "login", username: "bob", password: "secret of bob" });
    store.left = Infinity;
    if (late.closed) {
      expect(frames.slice(-2)).toEqual([
        { cmd: "error", src: "login", val: away },
        { cmd: "disconnect", reason: "Signing in was not completed, please connect again" },
      ]);
      outcomes.add("sent away");
    } else if (late.connection.actor.kind === "anonymous") {
      expect(frames).toEqual([{ cmd: "auth_error", val: away }]);
      outcomes.add("refused");
    } else {
      await late.arrived();
      await alice.ask({ cmd: "message_new", channel: "general", content: `after ${reads}` });
      expect((await late.arrived()).map(({ cmd }) => cmd)).toContain("message_new");
      outcomes.add("in");
    }
    await late.leave();
  }
  expect([...outcomes]).toEqual(["refused", "sent away", "in"]);
});

test("of whom it cannot be asked what they may hear now is sent away, and hears nothing they may not", async () => {
  const store = leavingStore();
  await using app = await testApp({}, { store });
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  const hidden = app.kernel.invoke(updateChannel, consoleActor(app.community.id), {
    channel: "general",
    changes: { rules: { view: ["owner"] } },
  });
  const committed = Promise.withResolvers<void>();
  app.subscribe(({ type }) => {
    if (type !== "channel.updated") return;
    store.left = 0;
    committed.resolve();
  });
  await committed.promise;
  await app.hub.settled();
  store.left = Infinity;
  await hidden;
  for (const client of [alice, bob]) {
    expect(client.closed).toEqual({ code: 1000, reason: "The server could not find out what you may see" });
    expect((await client.arrived()).map(({ cmd }) => cmd)).not.toContain("message_new");
  }
  expect((await door.signedIn("alice")).closed).toBeUndefined();
});
