// In the reference only messages, edits and typing were limited: reactions, lists, searches, pins and status changes could be sent without end.
import { describe, expect, test } from "bun:test";
import { bindings } from "../../src/wire/originchats/bindings.ts";
import { giveRole } from "../support/roles.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const FLOODS = [
  { cmd: "channels_get" },
  { cmd: "messages_get", channel: "general" },
  { cmd: "rate_limit_status" },
  { cmd: "typing", channel: "general" },
  { cmd: "message_react_add", channel: "general", id: "x", emoji: "👍" },
];

// deviation: limit-all
describe("a thousand requests on one socket", () => {
  for (const flood of FLOODS)
    test.skipIf(!bindings.some(({ name }) => name === flood.cmd))(
      `${flood.cmd}: most are refused in words, and nobody else is held up`,
      async () => {
        const app = await testApp({ rate_limiting: { enabled: true } });
        const door = new TestDoor(app);
        const [bob, carl] = [await door.signedIn("bob"), await door.signedIn("carl")];
        const answers = [];
        for (let n = 0; n < 10; n++) {
          for (let k = 0; k < 100; k++) bob.send(flood);
          answers.push(...(await bob.arrived()));
        }
        const refused = answers.filter(({ cmd }) => cmd === "rate_limit");
        expect(refused.length).toBeGreaterThan(500);
        expect(refused.length).toBeLessThan(1000);
        await carl.arrived();
        expect((await carl.ask({ cmd: "message_new", channel: "general", content: "hi" }))[0]?.["cmd"]).toBe("message_new");
        expect((await carl.ask({ cmd: "channels_get" }))[0]?.["cmd"]).toBe("channels_get");
      },
    );

  test("sent without waiting are not hoarded", async () => {
    const app = await testApp();
    const door = new TestDoor(app);
    const bob = await door.signedIn("bob");
    for (let n = 0; n < 1000; n++) bob.send({ cmd: "channels_get" });
    const waiting = (await bob.arrived()).filter(({ val }) => val === "Rate limited: too many requests are waiting");
    expect(waiting.length).toBeGreaterThan(700);
  });

  test("large requests sent without waiting are not hoarded, and smaller ones are taken again afterwards", async () => {
    const app = await testApp();
    const door = new TestDoor(app);
    const bob = await door.signedIn("bob");
    for (let n = 0; n < 20; n++) bob.send({ cmd: "channels_get", filler: "x".repeat(1_000_000) });
    const waiting = (await bob.arrived()).filter(({ val }) => val === "Rate limited: too many requests are waiting");
    expect(waiting.length).toBe(15);
    expect((await bob.ask({ cmd: "channels_get" }))[0]?.["cmd"]).toBe("channels_get");
  });
});

test("whoever has used up their pace still hears what changes, and is gone when they leave", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [ada, bob] = [await door.signedIn("ada"), await door.signedIn("bob")];
  await giveRole(app, "ada", "admin");
  for (let n = 0; n < 100; n++) bob.send({ cmd: "channels_get" });
  await bob.arrived();
  await app.hub.reshape();
  await ada.ask({ cmd: "message_new", channel: "general", content: "heard?" });
  expect((await bob.arrived()).map(({ cmd }) => cmd)).toEqual(["message_new"]);
  await bob.leave();
  expect((await ada.arrived()).map(({ cmd }) => cmd)).toContain("user_disconnect");
});
