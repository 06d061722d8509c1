import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { consoleActor } from "../../src/app.ts";
import { claimOwnership, offerOwnership } from "../../src/domain/community/ownership.ts";
import { grantRole } from "../../src/domain/roles/grant-role.ts";
import { callSlashCommand } from "../../src/domain/slash/call-slash-command.ts";
import { showUser } from "../../src/domain/users/show-user.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { read } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { newMember, refusal } from "../support/scene.ts";
import { type TestApp, testApp } from "../support/world.ts";

const operator = (app: TestApp): Actor => consoleActor(app.community.id);
const rolesOf = async (app: TestApp, who: Actor): Promise<string[]> =>
  (await app.kernel.invoke(showUser, operator(app), { user: who.id })).member!.roles;
const everyText = read<Record<string, never>, { text: string }>(
  `select value as text from meta union all select content from message union all select data from event union all select details from modlog`,
);

test("whoever has the code becomes the owner, once, and the first role gives the colour", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const alice = await newMember(app, "alice");
  const bob = await newMember(app, "bob");
  const { code } = await kernel.invoke(offerOwnership, operator(app), {});
  expect((await refusal(kernel.invoke(claimOwnership, bob, { code: `${code}x` }))).reason).toBe("ownership.code");
  const { member } = await kernel.invoke(claimOwnership, alice, { code: ` ${code} ` });
  expect(member).toMatchObject({ roles: ["owner", "user"], color: "#9400D3" });
  expect((await refusal(kernel.invoke(claimOwnership, bob, { code }))).reason).toBe("ownership.code");
  expect(await rolesOf(app, bob)).toEqual(["user"]);
});

test("of two who claim with the same code at the same time one becomes the owner", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const both = [await newMember(app, "alice"), await newMember(app, "bob")];
  const { code } = await kernel.invoke(offerOwnership, operator(app), {});
  const done = await Promise.allSettled(both.map((who) => kernel.invoke(claimOwnership, who, { code })));
  expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const held = await Promise.all(both.map((who) => rolesOf(app, who)));
  expect(held.filter((roles) => roles.includes("owner"))).toHaveLength(1);
});

test("the code is kept as a hash only, and said to nobody when it is used in a channel", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const alice = await door.signedIn("alice");
  const bob = await door.signedIn("bob");
  await Promise.all([alice.arrived(), bob.arrived()]);
  const { code } = await app.kernel.invoke(offerOwnership, operator(app), {});
  const stored = async () => (await app.kernel.world.store.all(everyText, {})).map(({ text }) => text);
  expect(await stored()).toContain(createHash("sha256").update(code).digest("hex"));
  const told = await alice.ask({ cmd: "slash_call", channel: "general", command: "claim", args: { code }, listener: "x" });
  expect(told.find(({ cmd }) => cmd === "message_new")).toMatchObject({
    channel: "general",
    listener: "x",
    message: {
      user: "originChats",
      content: "**alice** is now the owner of this server.",
      interaction: { command: "claim", username: "USR:local_alice" },
    },
  });
  const heard = await bob.arrived();
  expect(heard.map(({ cmd }) => cmd)).toEqual(["user_roles_get", "message_new"]);
  for (const said of [JSON.stringify(heard), JSON.stringify(app.happened), JSON.stringify(app.log.lines), ...(await stored())])
    expect(said).not.toContain(code);
});

test("there is no offer where there is an owner, unless it is forced, and a new code replaces the old one", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const alice = await newMember(app, "alice");
  const bob = await newMember(app, "bob");
  const { code: old } = await kernel.invoke(offerOwnership, operator(app), {});
  const { code: first } = await kernel.invoke(offerOwnership, operator(app), {});
  expect((await refusal(kernel.invoke(claimOwnership, alice, { code: old }))).reason).toBe("ownership.code");
  await kernel.invoke(claimOwnership, alice, { code: first });
  expect((await refusal(kernel.invoke(offerOwnership, operator(app), {}))).reason).toBe("ownership.owned");
  const { code } = await kernel.invoke(offerOwnership, operator(app), { force: true });
  await kernel.invoke(claimOwnership, bob, { code });
  expect(await rolesOf(app, bob)).toEqual(["owner", "user"]);
  expect(await rolesOf(app, alice)).toEqual(["owner", "user"]);
});

test("only the console makes offers, whatever role somebody has", async () => {
  await using app = await testApp();
  const alice = await newMember(app, "alice");
  await app.kernel.invoke(grantRole, operator(app), { user: "alice", role: "owner" });
  expect((await refusal(app.kernel.invoke(offerOwnership, alice, { force: true }))).reason).toBe("console.only");
});

test("guesses are counted, by command and by slash command together, until time has passed", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const alice = await newMember(app, "alice");
  const { code } = await kernel.invoke(offerOwnership, operator(app), {});
  const guesses = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      refusal(
        n % 2
          ? kernel.invoke(claimOwnership, alice, { code: `guess ${n}` })
          : kernel.invoke(callSlashCommand, alice, { channel: "general", command: "claim", args: { code: `guess ${n}` } }),
      ),
    ),
  );
  const reasons = guesses.map(({ reason }) => reason);
  expect(reasons.filter((reason) => reason === "ownership.code")).toHaveLength(5);
  expect(reasons.filter((reason) => reason === "ownership.guesses")).toHaveLength(3);
  expect((await refusal(kernel.invoke(claimOwnership, alice, { code }))).reason).toBe("ownership.guesses");
  app.clock.advance(60_000);
  await kernel.invoke(claimOwnership, alice, { code });
});

test("a code that is typed as a message is not shown to anybody, and still good", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  const { code } = await app.kernel.invoke(offerOwnership, operator(app), {});
  await Promise.all([alice.arrived(), bob.arrived()]);
  const [answer] = (await alice.ask({ cmd: "message_new", channel: "general", content: `/claim ${code}` })) as any[];
  expect(answer).toMatchObject({
    cmd: "error",
    src: "message_new",
    val: expect.stringContaining("everybody would see the code"),
  });
  expect(JSON.stringify(await bob.arrived())).not.toContain(code);
  await alice.ask({ cmd: "slash_call", channel: "general", command: "claim", args: { code } });
  const [said] = (await alice.ask({ cmd: "message_new", channel: "general", content: "/claim nothing" })) as any[];
  expect(said).toMatchObject({ cmd: "message_new" });
});
