import { expect, test } from "bun:test";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

test("messages sent without waiting are written and answered in the order in which they were sent, refusals among them", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  for (const client of [alice, bob]) await client.arrived();
  const wanted: string[] = [];
  for (let n = 0; n < 150; n++) {
    const refused = n % 7 === 3;
    wanted.push(refused ? "refused" : `word ${n}`);
    alice.send({ cmd: "message_new", channel: refused ? "nowhere" : "general", content: n % 5 ? `word ${n}` : ` word ${n} ` });
    if (n === 90) alice.send({ cmd: "messages_get", channel: "general", limit: 200 });
  }
  const frames = await alice.arrived();
  const answers = frames.flatMap(({ cmd, message, src }) =>
    cmd === "message_new" ? message.content : src === "message_new" ? "refused" : [],
  );
  expect(answers).toEqual(wanted);
  const said = wanted.filter((word) => word !== "refused");
  expect((await bob.arrived()).flatMap(({ message }) => message?.content ?? [])).toEqual(said);
  const upTo = said.slice(0, said.indexOf("word 90") + 1);
  const page = frames.find(({ cmd }) => cmd === "messages_get")!["messages"].map(({ content }: { content: string }) => content);
  expect(page.slice(-upTo.length)).toEqual(upTo);
  const [, stored] = await bob.ask({ cmd: "messages_get", channel: "general", limit: 200 });
  expect(stored!["messages"].slice(-said.length).map(({ content }: { content: string }) => content)).toEqual(said);
});
