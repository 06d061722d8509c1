import { expect, test } from "bun:test";
import { TestDoor } from "../../support/originchats.ts";
import { newChannel, newMember, OPEN } from "../../support/scene.ts";
import { testApp } from "../../support/world.ts";

test("whoever may not view a channel hears nothing of it, and every command about its messages says that it is not there", async () => {
  await using app = await testApp();
  await newMember(app, "mod", "moderator");
  await newChannel(app, "hidden", { ...OPEN, view: ["moderator"], pin: ["moderator"] });
  const door = new TestDoor(app);
  const [mod, bob] = [await door.signedIn("mod"), await door.signedIn("bob")];
  await mod.arrived();
  const [{ message }] = (await mod.ask({ cmd: "message_new", channel: "hidden", content: "@bob" })) as [any];
  const place = { channel: "hidden", id: message.id };
  const commands = [
    { cmd: "message_edit", ...place, content: "@bob!" },
    { cmd: "message_react_add", ...place, emoji: "👍" },
    { cmd: "message_react_remove", ...place, emoji: "👍" },
    { cmd: "message_pin", ...place },
    { cmd: "message_unpin", ...place },
    { cmd: "typing", channel: "hidden" },
    { cmd: "message_delete", ...place },
  ];
  for (const command of commands) expect((await mod.ask(command)).map(({ cmd }) => cmd)).toEqual([command.cmd]);
  expect(await bob.arrived()).toEqual([]);
  const reading = [
    { cmd: "message_new", channel: "hidden", content: "x" },
    { cmd: "messages_get", channel: "hidden" },
    { cmd: "messages_around", channel: "hidden", around: message.id },
    { cmd: "message_get", ...place },
    { cmd: "embeds_list", ...place },
    { cmd: "message_replies", ...place },
    { cmd: "messages_pinned", channel: "hidden" },
  ];
  for (const command of [...commands, ...reading])
    expect(await bob.ask(command)).toEqual([{ cmd: "error", src: command.cmd, val: "Channel not found" }]);
});
