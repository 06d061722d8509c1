import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { kickMember } from "../../src/domain/moderation/kick-member.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

test("whoever shows somebody out hears whether they were here", async () => {
  await using app = await testApp();
  const alice = await new TestDoor(app).signedIn("alice");
  const kick = () => app.kernel.invoke(kickMember, consoleActor(app.community.id), { user: "alice" });
  expect(await kick()).toMatchObject({ user: { name: "alice" }, here: true });
  await alice.arrived();
  await app.hub.settled();
  expect(await kick()).toMatchObject({ here: false });
});
