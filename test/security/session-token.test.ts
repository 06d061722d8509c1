// A token signs in without a password: each way to come by somebody else's account with one must be shut.
import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { mintToken } from "../../src/domain/tokens/mint-token.ts";
import { insertUser } from "../../src/domain/users/statements.ts";
import { Batch } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { giveRole } from "../support/roles.ts";
import { refusal } from "../support/scene.ts";
import { type TestApp, testApp } from "../support/world.ts";

const SECRET = "a secret of more than thirty-two bytes";
const scene = async () => {
  const app = await testApp({ tokens: { session_secret: SECRET, app_id: "meet", app_secret: `${SECRET} for rooms` } });
  return { app, door: new TestDoor(app), mint: minting(app) };
};
const minting =
  ({ kernel, community }: TestApp) =>
  async (grant: object) =>
    (await kernel.invoke(mintToken, consoleActor(community.id), { kind: "session", validFor: 60, name: "alice", ...grant }))
      .token;
const said = async (door: TestDoor, token: unknown) => {
  const client = door.connect("somebody");
  await client.arrived();
  return (await client.ask({ cmd: "token", token, listener: "t" })).map(({ cmd, val }) => `${cmd}: ${val ?? ""}`)[0];
};

// deviation: token-door
test("a session token signs in as the account it names, by id, full name or name, and tells the others", async () => {
  const { app, door, mint } = await scene();
  await using _ = app;
  const alice = await door.signedIn("alice");
  const { id } = alice.connection.actor;
  const bob = await door.signedIn("bob");
  await alice.leave();
  await bob.arrived();
  for (const grant of [{ user: id }, { user: "USR:local_alice" }, { name: "Alice" }]) {
    const client = door.connect("game");
    await client.arrived();
    const [first, ready] = await client.ask({ cmd: "token", token: await mint(grant), listener: "t" });
    expect(first).toEqual({ cmd: "auth_success", val: "Authentication successful", listener: "t" });
    expect(ready!["user"].username).toBe("USR:local_alice");
    expect((await bob.arrived()).map(({ cmd }) => cmd)).toEqual(["user_connect"]);
    await client.leave();
    await bob.arrived();
  }
  expect(app.originchats.capabilities).toContain("token");
});

test("a token that has expired, was changed, is for something else or for nobody here is refused in words", async () => {
  const { app, door, mint } = await scene();
  await using _ = app;
  await door.signedIn("alice");
  const token = await mint({});
  const [header, , signature] = token.split(".");
  const claims = Buffer.from(JSON.stringify({ aud: "chat", iss: "chat", sub: "bob", exp: 4e9 })).toString("base64url");
  expect(await said(door, [header, claims, signature].join("."))).toBe("auth_error: Invalid token");
  expect(await said(door, `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.${signature}`)).toBe(
    "auth_error: Invalid token",
  );
  expect(await said(door, await mint({ kind: "jitsi", room: "a" }))).toBe("auth_error: Invalid token");
  expect(await said(door, await mint({ name: "nobody" }))).toBe("auth_error: The account of this token is not here");
  for (const nonsense of [undefined, "", 7, { a: 1 }, "x".repeat(20_000)])
    expect(await said(door, nonsense)).toBe("auth_error: Invalid token");
  expect(await said(door, "a.b")).toBe("auth_error: That is not a token");
  app.clock.advance(60_000);
  expect(await said(door, token)).toBe("auth_error: This token has expired");
  expect(JSON.stringify([app.log.lines, app.happened])).not.toContain(signature!);
});

for (const [what, twin] of [
  ["two accounts have", { id: "r1", name: "Alice", key: "alice" }],
  ["is another account's id", { id: "alice", name: "mallory", key: "mallory" }],
] as const)
  test(`a bare name that ${what} opens neither`, async () => {
    const { app, door, mint } = await scene();
    await using _ = app;
    await door.signedIn("alice");
    await app.kernel.world.store.commit(new Batch().add(insertUser, { ...twin, realm: "rotur", avatar: null, at: 0 }));
    expect(await said(door, await mint({}))).toBe("auth_error: The account of this token is not here");
    expect(await said(door, await mint({ user: "USR:local_alice" }))).toBe("auth_success: Authentication successful");
  });

test("a token opens nothing for who is banned, and nothing where the server has no key for it", async () => {
  const { app, door, mint } = await scene();
  await using _ = app;
  await door.signedIn("alice");
  const token = await mint({});
  await app.kernel.invoke(banMember, consoleActor(app.community.id), { user: "alice" });
  expect(await said(door, token)).toBe("auth_error: Access denied: You are banned from this server");
  await using keyless = await testApp();
  expect(await said(new TestDoor(keyless), token)).toBe("auth_error: Tokens of this kind are not set up on this server");
});

test("trying tokens is throttled by address", async () => {
  const { app, door, mint } = await scene();
  await using _ = app;
  const token = await mint({});
  const answers = [];
  for (let n = 0; n < 31; n++) answers.push(await said(door, token));
  expect(new Set(answers.slice(0, 30))).toEqual(new Set(["auth_error: The account of this token is not here"]));
  expect(answers[30]).toStartWith("auth_error: Rate limited");
});

// Who manages the server could have made themselves a token for the owner.
test("session tokens are made by the operator alone", async () => {
  const { app, door } = await scene();
  await using _ = app;
  const ada = await door.signedIn("ada");
  await giveRole(app, "ada", "owner");
  const asked = app.kernel.invoke(mintToken, ada.connection.actor, { kind: "session", name: "alice", validFor: 60 });
  expect((await refusal(asked)).reason).toBe("console.only");
});
