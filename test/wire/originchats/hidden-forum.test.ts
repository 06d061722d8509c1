import { expect, test } from "bun:test";
import { TestDoor } from "../../support/originchats.ts";
import { newChannel, newMember, OPEN } from "../../support/scene.ts";
import { testApp } from "../../support/world.ts";

test("whoever may not view a forum hears nothing of its threads and polls, and every command says that there are none", async () => {
  await using app = await testApp();
  await newMember(app, "mod", "moderator");
  const rules = { ...OPEN, view: ["moderator"], create_thread: ["moderator"] };
  await newChannel(app, "hidden", rules, { kind: "forum" });
  const door = new TestDoor(app);
  const [mod, bob] = [await door.signedIn("mod"), await door.signedIn("bob")];
  await mod.arrived();
  await bob.arrived();
  const [{ thread }] = (await mod.ask({ cmd: "thread_create", channel: "hidden", name: "plans" })) as [any];
  const place = { thread_id: thread.id };
  const [{ message }] = (await mod.ask({ cmd: "message_new", ...place, content: "@bob" })) as [any];
  const at = { ...place, id: message.id };
  const [, { poll_id: poll }] = (await mod.ask({
    cmd: "poll_create",
    ...place,
    question: "Now?",
    options: ["yes", "no"],
  })) as [any, any];

  // deviation: thread-update-view
  const threads = [
    { cmd: "thread_update", ...place, name: "other plans" },
    { cmd: "thread_leave", ...place },
    { cmd: "thread_join", ...place },
    { cmd: "thread_get", ...place },
    { cmd: "thread_messages", ...place },
    { cmd: "typing", ...place },
    { cmd: "message_edit", ...at, content: "@bob!" },
    { cmd: "message_react_add", ...at, emoji: "👍" },
    { cmd: "message_react_remove", ...at, emoji: "👍" },
    { cmd: "message_pin", ...at },
    { cmd: "messages_pinned", ...place },
    { cmd: "messages_around", ...place, around: message.id },
    { cmd: "message_get", ...at },
    { cmd: "embeds_list", ...at },
    { cmd: "message_replies", ...at },
    { cmd: "unreads_count", ...place },
    { cmd: "unreads_ack", ...place },
    { cmd: "messages_get", ...place },
    { cmd: "message_new", ...place, content: "x" },
    { cmd: "poll_create", ...place, question: "And now?", options: ["yes", "no"] },
  ];
  const polls = [
    { cmd: "poll_get", poll_id: poll },
    { cmd: "poll_results", poll_id: poll },
    { cmd: "poll_vote", poll_id: poll, option_id: "0" },
    { cmd: "poll_end", poll_id: poll },
  ];
  // What may be found without naming its thread is only what stands in the forum that is named.
  await newChannel(app, "open", { ...OPEN, create_thread: ["user"] }, { kind: "forum" });
  await app.hub.reshape();
  const last = { cmd: "thread_delete", ...place };
  const refused = async (command: { cmd: string }, val: string) =>
    expect(await bob.ask(command)).toEqual([{ cmd: "error", src: command.cmd, val }]);
  for (const command of [...threads, last]) await refused(command, "Thread not found");
  for (const command of ["message_get", "embeds_list", "message_react_add", "message_delete", "message_pin"])
    for (const channel of ["open", "general"])
      await refused(
        { cmd: command, channel, id: message.id, emoji: "👍" } as { cmd: string },
        command === "message_delete" ? "Message not found or cannot be deleted" : "Message not found",
      );
  for (const command of polls) await refused(command, "Poll not found");
  await refused({ cmd: "thread_create", channel: "hidden", name: "mine" } as { cmd: string }, "Channel not found");
  for (const command of [...threads, ...polls, last])
    expect(await mod.ask(command), command.cmd).toContainEqual(expect.objectContaining({ cmd: command.cmd }));
  expect(await bob.arrived()).toEqual([]);
  const [list] = await bob.ask({ cmd: "channels_get" });
  expect(JSON.stringify(list)).not.toContain(thread.id);
  expect((await bob.ask({ cmd: "pings_get" }))[0]).toMatchObject({ total: 0 });
});
