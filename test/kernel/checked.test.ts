import { expect, test } from "bun:test";
import { z } from "zod";
import { checked } from "../../src/kernel/checked.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

/** Makes zod 4.6.7 throw a TypeError where it should say that this is no text. */
const PRETENDER = { length: { valueOf: 1, toString: 1 } };

test("an object that pretends to have a length is invalid input, not a bug", () => {
  expect(checked(z.string().min(1).max(5), PRETENDER)).toMatchObject({ success: false });
  expect(checked(z.array(z.string()).max(5), PRETENDER)).toMatchObject({ success: false });
  expect(checked(z.string(), "word")).toEqual({ success: true, data: "word" });
});

test("a client that sends one is told so in words, and nothing goes wrong on the server", async () => {
  await using app = await testApp();
  const alice = await new TestDoor(app).signedIn("alice");
  await alice.arrived();
  for (const cmd of ["message_new", "role_create", "channel_create", "messages_search"]) {
    const frames = await alice.ask({
      cmd,
      channel: PRETENDER,
      content: PRETENDER,
      name: PRETENDER,
      permissions: PRETENDER,
      type: PRETENDER,
      query: PRETENDER,
    });
    expect(frames, cmd).toMatchObject([{ cmd: "error", src: cmd }]);
    expect(frames[0]!["val"]).not.toContain("incident");
  }
});
