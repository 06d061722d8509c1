import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { operations } from "../../src/domain/index.ts";
import type { Actor, Operation } from "../../src/kernel/operation.ts";
import { TestDoor } from "../support/originchats.ts";
import { type TestApp, testApp } from "../support/world.ts";

const known = new Map<string, Operation>(operations.map((op) => [op.name, op]));
const CLOSED = { cracked: { allow_registration: false } };
const HOUR = 3_600_000;

const call = (app: TestApp, name: string, input: object, actor: Actor = consoleActor(app.community.id)): Promise<any> =>
  app.kernel.invoke(known.get(name)!, actor, input);
const invited = (app: TestApp, input: object = {}): Promise<{ code: string; invite: any }> => call(app, "invite.create", input);

/** Registers over the wire and returns what is answered first. */
async function register(app: TestApp, username: string, invite?: unknown): Promise<any> {
  const client = await new TestDoor(app).connect(username);
  await client.arrived();
  const [first] = await client.ask({ cmd: "register", username, password: "pass1", ...(invite !== undefined && { invite }) });
  return first;
}
const refused = (val: string) => ({ cmd: "auth_error", val });

describe("where registration is closed", () => {
  const closed = (): Promise<TestApp> => testApp(CLOSED);

  test("an invite opens it, as often as it says", async () => {
    await using app = await closed();
    const { code } = await invited(app, { uses: 2 });
    expect(await register(app, "alice")).toMatchObject(refused("Registration is disabled"));
    expect(await register(app, "alice", code)).toMatchObject({ cmd: "auth_success" });
    expect(await register(app, "bob", code)).toMatchObject({ cmd: "auth_success" });
    expect(await register(app, "carol", code)).toMatchObject(refused("This invite has expired or was used up"));
    expect((await call(app, "invite.list", {})).invites).toMatchObject([{ used: 2, uses: 2, spent: true }]);
  });

  test("of two who come with the last use at one time, one gets in", async () => {
    await using app = await closed();
    const { code } = await invited(app);
    const answers = await Promise.all(["alice", "bob", "carol"].map((name) => register(app, name, code)));
    expect(answers.map(({ cmd }) => cmd).toSorted()).toEqual(["auth_error", "auth_error", "auth_success"]);
    expect((await call(app, "invite.list", {})).invites[0].used).toBe(1);
  });

  test("a registration that fails for another reason uses nothing up", async () => {
    await using app = await closed();
    const { code } = await invited(app);
    expect(await register(app, "a", code)).toMatchObject({ cmd: "auth_error" });
    expect((await call(app, "invite.list", {})).invites[0].used).toBe(0);
  });

  test("an expired, a revoked and an invented one are told apart only by their time", async () => {
    await using app = await closed();
    const expiring = await invited(app, { uses: null, expiresAt: app.clock.now() + HOUR });
    const { code, invite } = await invited(app);
    await call(app, "invite.revoke", { id: invite.id });
    app.clock.advance(HOUR);
    expect(await register(app, "alice", expiring.code)).toMatchObject(refused("This invite has expired or was used up"));
    expect(await register(app, "bob", code)).toMatchObject(refused("This invite is not valid"));
    for (const invented of ["x", "x".repeat(5000), 5, {}, ["a"]])
      expect(await register(app, "carol", invented)).toMatchObject(refused("This invite is not valid"));
    expect(await register(app, "dora", "")).toMatchObject(refused("Registration is disabled"));
  });
});

test("an invite brings its role, before those of every newcomer", async () => {
  await using app = await testApp();
  const { code } = await invited(app, { role: "Moderator" });
  await register(app, "alice", code);
  expect((await call(app, "member.show", { user: "alice" })).member.roles).toEqual(["moderator", "user"]);
});

test("a bad invite is refused also where registration is open, so that nobody misses the role they were promised", async () => {
  await using app = await testApp();
  expect(await register(app, "alice", "nonsense")).toMatchObject(refused("This invite is not valid"));
});

test("the code is stored nowhere", async () => {
  await using app = await testApp();
  const { code } = await invited(app, { note: "for the club" });
  const listed = JSON.stringify(await call(app, "invite.list", {})) + JSON.stringify(await call(app, "modlog.list", {}));
  expect(listed).toContain("for the club");
  expect(listed + JSON.stringify(app.happened)).not.toContain(code);
});

describe("a member", () => {
  test("takes the role of an invite once", async () => {
    await using app = await testApp();
    const alice = await new TestDoor(app).signedIn("alice");
    const { code } = await invited(app, { role: "moderator", uses: 5 });
    const { actor } = alice.connection;
    expect(await call(app, "invite.redeem", { code }, actor)).toMatchObject({
      role: "moderator",
      member: { roles: ["moderator", "user"] },
    });
    await expect(call(app, "invite.redeem", { code }, actor)).rejects.toMatchObject({ reason: "invite.held" });
    expect((await call(app, "invite.list", {})).invites[0].used).toBe(1);
  });
  test("without the right makes, sees and ends none", async () => {
    await using app = await testApp();
    const { actor } = (await new TestDoor(app).signedIn("alice")).connection;
    const { invite } = await invited(app);
    for (const [name, input] of [
      ["invite.create", {}],
      ["invite.list", {}],
      ["invite.revoke", { id: invite.id }],
    ] as const)
      await expect(call(app, name, input, actor)).rejects.toMatchObject({ code: "forbidden", reason: "permission" });
  });
});

describe("an invite is refused", () => {
  const cases: readonly (readonly [what: string, input: object, reason: string])[] = [
    ["for the owner", { role: "owner" }, "invite.owner"],
    ["for a role there is not", { role: "nobody" }, "role"],
    ["that ends in the past", { expiresAt: 1 }, "invite.past"],
    ["that may never be used", { uses: 0 }, "invite.create"],
  ];
  for (const [what, input, reason] of cases)
    test(what, async () => {
      await using app = await testApp();
      await expect(invited(app, input)).rejects.toMatchObject({ reason });
    });
  test("beyond a thousand; spent ones do not count", async () => {
    await using app = await testApp();
    for (let index = 0; index < 1000; index++) await invited(app, { expiresAt: app.clock.now() + HOUR });
    await expect(invited(app)).rejects.toMatchObject({ reason: "invite.many" });
    app.clock.advance(HOUR);
    await invited(app);
    expect((await call(app, "invite.list", {})).invites).toHaveLength(1);
  });
});
