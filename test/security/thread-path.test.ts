import { expect, test } from "bun:test";
import { TestDoor } from "../support/originchats.ts";
import { newChannel, newMember, OPEN } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

/** In the reference a thread's id became the name of a file (reference/originchats.md §11.1). */
const PATHS = [
  "../users",
  "../webhooks",
  "../roles",
  "..",
  ".",
  "/etc/passwd",
  "..\\users",
  "%2e%2e/users",
  "\0",
  "' or 1=1 --",
  "__proto__",
];

test("a path in the place of a thread's id finds nothing, tells nobody anything and removes nothing, whoever asks", async () => {
  await using app = await testApp();
  await newMember(app, "mod", "moderator");
  await newChannel(app, "ideas", { ...OPEN, create_thread: ["user"] }, { kind: "forum" });
  const door = new TestDoor(app);
  const [mod, bob, carol] = [await door.signedIn("mod"), await door.signedIn("bob"), await door.signedIn("carol")];
  await bob.ask({ cmd: "thread_create", channel: "ideas", name: "one" });
  for (const client of [mod, bob, carol]) await client.arrived();
  const told = app.happened.length;
  for (const client of [mod, bob])
    for (const thread_id of PATHS)
      for (const command of [
        { cmd: "thread_get" },
        { cmd: "thread_messages" },
        { cmd: "thread_join" },
        { cmd: "thread_leave" },
        { cmd: "thread_update", name: "x" },
        { cmd: "thread_delete" },
        { cmd: "messages_get" },
        { cmd: "message_new", content: "x" },
        { cmd: "unreads_ack" },
        { cmd: "poll_create", question: "x", options: ["a", "b"] },
      ]) {
        app.clock.advance(250);
        const answers = await client.ask({ ...command, thread_id });
        expect(
          answers.filter(({ cmd }) => cmd !== "ping"),
          `${command.cmd} ${thread_id}`,
        ).toEqual([{ cmd: "error", src: command.cmd, val: "Thread not found" }]);
      }
  expect((await carol.arrived()).filter(({ cmd }) => cmd !== "ping")).toEqual([]);
  expect(app.happened.length).toBe(told);
  const [{ val }] = (await carol.ask({ cmd: "channels_get" })) as [any];
  expect(val.at(-1).threads).toHaveLength(1);
});
