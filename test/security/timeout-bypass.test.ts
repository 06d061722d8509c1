// In the reference a time-out stopped new messages, typing and edits only, needed the rate limiter, and ended with a restart; reactions went through.
import { expect, test } from "bun:test";
import { giveRole } from "../support/roles.ts";
import { newChannel } from "../support/scene.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

// deviation: timeout-no-reactions
test("somebody timed out can neither write, edit, type nor react", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [ada, bob] = [await door.signedIn("ada"), await door.signedIn("bob")];
  await giveRole(app, "ada", "admin");
  const [posted] = await bob.ask({ cmd: "message_new", channel: "general", content: "before" });
  const at = { channel: "general", id: posted!["message"].id as string };
  await ada.ask({ cmd: "user_timeout", user: "bob", timeout: 60 });
  await bob.arrived();
  const attempts = [
    { cmd: "message_new", channel: "general", content: "more" },
    { cmd: "message_edit", ...at, content: "more" },
    { cmd: "typing", channel: "general" },
    { cmd: "message_react_add", ...at, emoji: "👍" },
  ].filter(({ cmd }) => app.originchats.commands.has(cmd));
  const before = app.happened.length;
  for (const attempt of attempts)
    expect(await bob.ask(attempt), attempt.cmd).toEqual([
      { cmd: "rate_limit", reason: "You are timed out for 60 seconds", length: 60_000 },
      // deviation: limit-error (typing, sent every few seconds, would pile up banners)
      ...(attempt.cmd === "typing" ? [] : [{ cmd: "error", src: attempt.cmd, val: "You are timed out for 60 seconds" }]),
    ]);
  expect(app.happened.length).toBe(before);
});

test("somebody timed out cannot speak by the names of their threads either, while who manages threads can tidy up", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [ada, bob] = [await door.signedIn("ada"), await door.signedIn("bob")];
  await giveRole(app, "ada", "admin");
  await newChannel(app, "forum", { view: ["user"], send: ["user"], create_thread: ["user"] }, { kind: "forum" });
  const [made] = await bob.ask({ cmd: "thread_create", channel: "forum", name: "before" });
  const thread_id = made!["thread"].id as string;
  await ada.ask({ cmd: "user_timeout", user: "bob", timeout: 60 });
  await bob.arrived();
  expect((await bob.ask({ cmd: "thread_update", thread_id, name: "more" })).at(-1)).toMatchObject({
    cmd: "error",
    val: "You are timed out for 60 seconds",
  });
  expect((await ada.ask({ cmd: "thread_update", thread_id, name: "tidied" })).at(-1)).toMatchObject({ cmd: "thread_update" });
});

test("attempts during a time-out cost nothing, so that it is what one is told of, and over when it is over", async () => {
  const app = await testApp({ rate_limiting: { messages_per_minute: 30, burst_limit: 2, cooldown_seconds: 60 } });
  const door = new TestDoor(app);
  const [ada, bob] = [await door.signedIn("ada"), await door.signedIn("bob")];
  await giveRole(app, "ada", "admin");
  const say = { cmd: "message_new", channel: "general", content: "hi" };
  for (let n = 0; n < 3; n++) await bob.ask(say);
  await ada.ask({ cmd: "user_timeout", user: "bob", timeout: 5 });
  await bob.arrived();
  for (let n = 0; n < 20; n++)
    expect((await bob.ask(say))[0]).toEqual({ cmd: "rate_limit", reason: "You are timed out for 5 seconds", length: 5000 });
  app.clock.advance(5000);
  await bob.arrived();
  expect((await bob.ask(say))[0]?.["cmd"]).toBe("message_new");
});

// Leaving took the time-out along with the membership, and registering again brought back a member without one.
test("leaving and coming back ends neither a time-out nor a moderator's mute", async () => {
  const app = await testApp();
  const door = new TestDoor(app);
  const [ada, bob] = [await door.signedIn("ada"), await door.signedIn("bob")];
  await giveRole(app, "ada", "admin");
  await ada.ask({ cmd: "channel_create", name: "lounge", type: "voice" });
  await ada.ask({ cmd: "user_timeout", user: "bob", timeout: 60 });
  await ada.ask({ cmd: "voice_server_mute", user: "bob", muted: true });
  await bob.arrived();
  await bob.ask({ cmd: "user_leave" });
  const again = await door.signedIn("bob");
  expect(
    (await again.ask({ cmd: "message_new", channel: "general", content: "free" })).map(({ cmd, val }) => val ?? cmd),
  ).toEqual(["rate_limit", "You are timed out for 60 seconds"]);
  await again.ask({ cmd: "voice_join", channel: "lounge", peer_id: "p1" });
  expect((await again.ask({ cmd: "voice_unmute" }))[0]?.["cmd"]).toBe("error");
  await again.ask({ cmd: "voice_leave" });
  // What a moderator lifts stays lifted, and a time-out ends when it would have.
  await ada.ask({ cmd: "user_timeout", user: "bob", timeout: 0 });
  await again.ask({ cmd: "user_leave" });
  const third = await door.signedIn("bob");
  expect((await third.ask({ cmd: "message_new", channel: "general", content: "hi" })).at(-1)?.["cmd"]).toBe("message_new");
  await ada.ask({ cmd: "user_timeout", user: "bob", timeout: 60 });
  await third.ask({ cmd: "user_leave" });
  app.clock.advance(60_000);
  const fourth = await door.signedIn("bob");
  expect((await fourth.ask({ cmd: "message_new", channel: "general", content: "hi" })).at(-1)?.["cmd"]).toBe("message_new");
});
