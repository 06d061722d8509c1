import { describe, expect, test } from "bun:test";
import type { z } from "zod";
import { consoleActor } from "../../src/app.ts";
import { channelsOf, replaceRules } from "../../src/domain/channels/statements.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { setChannelPassword } from "../../src/domain/channels/set-channel-password.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { deleteRole } from "../../src/domain/roles/delete-role.ts";
import { explainPermission } from "../../src/domain/roles/explain-permission.ts";
import { grantRole, revokeRole, setMemberRoles } from "../../src/domain/roles/grant-role.ts";
import { listRoles } from "../../src/domain/roles/list-roles.ts";
import { reorderRoles } from "../../src/domain/roles/reorder-roles.ts";
import type { Role } from "../../src/domain/roles/role.ts";
import { dropSelfRole, takeSelfRole } from "../../src/domain/roles/self-roles.ts";
import { updateRole } from "../../src/domain/roles/update-role.ts";
import { leaveCommunity, removeUser } from "../../src/domain/users/leave-community.ts";
import { showUser } from "../../src/domain/users/show-user.ts";
import { updateUser } from "../../src/domain/users/update-user.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { Batch } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { randomOf } from "../support/random.ts";
import { newMember, refusal } from "../support/scene.ts";
import { type TestApp, testApp } from "../support/world.ts";

const operator = (app: TestApp): Actor => consoleActor(app.community.id);
const names = (roles: readonly Role[]): string[] => roles.map(({ name }) => name);
const rolesOf = async (app: TestApp, who: Actor): Promise<string[]> =>
  (await app.kernel.invoke(showUser, operator(app), { user: who.id })).member!.roles;

describe("rank", () => {
  test("nobody gives, takes, edits or deletes a role as high as their own, whichever operation they try", async () => {
    await using app = await testApp();
    const { kernel } = app;
    await kernel.invoke(createRole, operator(app), { name: "head", permissions: ["manage_roles", "manage_users"] });
    await kernel.invoke(createRole, operator(app), { name: "twin", permissions: [] });
    await kernel.invoke(reorderRoles, operator(app), { roles: ["head", "twin", "moderator", "user"] });
    const head = await newMember(app, "head", "head");
    const bob = await newMember(app, "bob");
    for (const role of ["owner", "admin", "head"]) {
      for (const user of ["bob", "head"])
        expect((await refusal(kernel.invoke(grantRole, head, { user, role }))).reason).toBe("role.rank");
      expect((await refusal(kernel.invoke(setMemberRoles, head, { user: "bob", roles: ["user", role] }))).reason).toBe(
        "role.rank",
      );
      expect((await refusal(kernel.invoke(updateRole, head, { role, description: "x" }))).reason).toBe("role.rank");
      expect((await refusal(kernel.invoke(updateRole, head, { role, permissions: [] }))).reason).toBe("role.rank");
    }
    for (const role of ["admin", "head"])
      expect((await refusal(kernel.invoke(deleteRole, head, { role }))).reason).toBe("role.rank");
    expect((await refusal(kernel.invoke(revokeRole, head, { user: "head", role: "head" }))).reason).toBe("role.rank");
    expect((await refusal(kernel.invoke(setMemberRoles, head, { user: "head", roles: ["user"] }))).reason).toBe("role.rank");
    expect((await refusal(kernel.invoke(updateRole, head, { role: "twin", position: 1 }))).reason).toBe("role.rank");
    expect((await refusal(kernel.invoke(reorderRoles, head, { roles: ["twin", "head"] }))).reason).toBe("role.rank");
    await kernel.invoke(grantRole, head, { user: "bob", role: "twin" });
    expect(await rolesOf(app, bob)).toEqual(["user", "twin"]);
  });

  test("nobody grants a permission that they do not have, by a role's permissions or by giving the role", async () => {
    await using app = await testApp();
    const { kernel } = app;
    await kernel.invoke(createRole, operator(app), { name: "head", permissions: ["manage_roles"] });
    await kernel.invoke(createRole, operator(app), { name: "strong", permissions: ["manage_server"] });
    await kernel.invoke(reorderRoles, operator(app), { roles: ["head", "moderator", "user", "strong"] });
    const head = await newMember(app, "head", "head");
    await newMember(app, "bob");
    expect((await refusal(kernel.invoke(grantRole, head, { user: "bob", role: "strong" }))).reason).toBe(
      "role.permission-unheld",
    );
    expect((await refusal(kernel.invoke(createRole, head, { name: "x", permissions: ["administrator"] }))).reason).toBe(
      "role.permission-unheld",
    );
    expect((await refusal(kernel.invoke(updateRole, head, { role: "user", permissions: ["manage_users"] }))).reason).toBe(
      "role.permission-unheld",
    );
    // What a role has already it keeps when somebody edits it who lacks it.
    await kernel.invoke(updateRole, head, { role: "strong", permissions: ["manage_server", "manage_roles"] });
  });

  test("an administrator does not make an owner, an owner does", async () => {
    await using app = await testApp();
    const { kernel } = app;
    const admin = await newMember(app, "admin", "admin");
    const owner = await newMember(app, "boss", "owner");
    const bob = await newMember(app, "bob");
    expect((await refusal(kernel.invoke(grantRole, admin, { user: "bob", role: "owner" }))).reason).toBe("role.rank");
    expect((await refusal(kernel.invoke(revokeRole, admin, { user: "boss", role: "user" }))).reason).toBe("member.rank");
    await kernel.invoke(grantRole, owner, { user: "bob", role: "owner" });
    expect(await rolesOf(app, bob)).toEqual(["user", "owner"]);
  });

  test("a role that one takes oneself lifts nobody above others", async () => {
    await using app = await testApp();
    const { kernel } = app;
    await kernel.invoke(createRole, operator(app), { name: "red", selfAssignable: true });
    await kernel.invoke(reorderRoles, operator(app), { roles: ["red", "admin", "moderator", "user"] });
    await kernel.invoke(createRole, operator(app), { name: "helper", permissions: ["manage_users"] });
    const helper = await newMember(app, "helper", "helper");
    await newMember(app, "mod", "moderator");
    await kernel.invoke(takeSelfRole, helper, { role: "red" });
    expect((await refusal(kernel.invoke(updateUser, helper, { user: "mod", nickname: "x" }))).reason).toBe("member.rank");
  });

  test("no power becomes self-assignable, in whichever order it is tried", async () => {
    await using app = await testApp();
    const { kernel } = app;
    const by = operator(app);
    await kernel.invoke(createRole, by, { name: "red", selfAssignable: true });
    expect((await refusal(kernel.invoke(updateRole, by, { role: "red", permissions: ["manage_roles"] }))).reason).toBe(
      "role.self-assignable",
    );
    for (const role of ["owner", "admin", "moderator"])
      expect((await refusal(kernel.invoke(updateRole, by, { role, selfAssignable: true }))).reason).toBe("role.self-assignable");
  });
});

describe("the owner", () => {
  test("the last owner keeps the role against revoking, setting, leaving and removing", async () => {
    await using app = await testApp();
    const { kernel } = app;
    const boss = await newMember(app, "boss", "owner");
    expect((await refusal(kernel.invoke(revokeRole, boss, { user: "boss", role: "owner" }))).reason).toBe("role.last-owner");
    expect((await refusal(kernel.invoke(setMemberRoles, boss, { user: "boss", roles: ["user"] }))).reason).toBe(
      "role.last-owner",
    );
    expect((await refusal(kernel.invoke(leaveCommunity, boss, {}))).reason).toBe("role.last-owner");
    expect((await refusal(kernel.invoke(removeUser, operator(app), { user: "boss" }))).reason).toBe("role.last-owner");
    expect((await refusal(kernel.invoke(deleteRole, boss, { role: "owner" }))).reason).toBe("role.fixed");
    expect((await refusal(kernel.invoke(updateRole, boss, { role: "owner", name: "king" }))).reason).toBe("role.fixed-name");
    expect((await refusal(kernel.invoke(updateRole, boss, { role: "owner", position: 3 }))).reason).toBe("role.order");
  });

  test("of two owners who step down at the same time one stays", async () => {
    await using app = await testApp();
    const { kernel } = app;
    const one = await newMember(app, "one", "owner");
    const two = await newMember(app, "two", "owner");
    const done = await Promise.allSettled([
      kernel.invoke(revokeRole, one, { user: "one", role: "owner" }),
      kernel.invoke(leaveCommunity, two, {}),
    ]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("the list of roles", () => {
  test("a role that was taken does not come back by a change made at the same time", async () => {
    await using app = await testApp();
    const { kernel } = app;
    await kernel.invoke(createRole, operator(app), { name: "red", selfAssignable: true });
    const mod = await newMember(app, "mod", "moderator");
    await Promise.all([
      kernel.invoke(revokeRole, operator(app), { user: "mod", role: "moderator" }),
      kernel.invoke(takeSelfRole, mod, { role: "red" }),
    ]);
    expect(await rolesOf(app, mod)).toEqual(["user", "red"]);
    await kernel.invoke(dropSelfRole, mod, { role: "red" });
    expect(await rolesOf(app, mod)).toEqual(["user"]);
  });

  test("channel rules follow a new name, and a role of an old name inherits nothing", async () => {
    await using app = await testApp();
    const { kernel, community } = app;
    const { store } = kernel.world;
    const rules = async () => JSON.parse((await store.all(channelsOf, { community: community.id }))[0]!.rules);
    await kernel.invoke(createRole, operator(app), { name: "secret" });
    const [general] = await store.all(channelsOf, { community: community.id });
    const given = JSON.stringify({ view: ["secret"], send: ["!secret", "user"] });
    await store.commit(new Batch().require(replaceRules, { id: general!.id, was: general!.rules, rules: given }));
    await kernel.invoke(updateRole, operator(app), { role: "secret", name: "inner circle" });
    expect(await rules()).toEqual({ view: ["inner circle"], send: ["!inner circle", "user"] });
    await kernel.invoke(deleteRole, operator(app), { role: "inner circle" });
    expect(await rules()).toEqual({ view: [], send: ["user"] });
    const bob = await newMember(app, "bob");
    await kernel.invoke(createRole, operator(app), { name: "inner circle" });
    await kernel.invoke(grantRole, operator(app), { user: "bob", role: "inner circle" });
    const seen = await kernel.invoke(explainPermission, operator(app), { user: bob.id, channel: "general", action: "view" });
    expect(seen).toEqual({ allowed: false, because: "the channel's rule view names none of their roles" });
  });

  test("positions have no holes and everybody is told the order that is kept, whatever is done at once (seeded)", async () => {
    const seed = 20_261_120;
    const random = randomOf(seed);
    await using app = await testApp();
    const { kernel } = app;
    const by = operator(app);
    let made = 0;
    for (let round = 0; round < 60; round++) {
      const { roles } = await kernel.invoke(listRoles, by, {});
      const any = () => random.of(roles).id;
      const some = () => random.shuffled(roles).slice(0, 1 + random.below(roles.length));
      const steps: (() => Promise<unknown>)[] = [
        () => kernel.invoke(createRole, by, { name: `role ${++made}` }),
        () => kernel.invoke(deleteRole, by, { role: any() }),
        () => kernel.invoke(updateRole, by, { role: any(), position: random.below(roles.length + 2) }),
        () => kernel.invoke(reorderRoles, by, { roles: some().map(({ id }) => id) }),
        () => kernel.invoke(updateRole, by, { role: any(), name: `name ${++made}` }),
      ];
      const done = await Promise.allSettled(Array.from({ length: 3 }, () => random.of(steps)()));
      for (const one of done) if (one.status === "rejected") expect(one.reason, `seed ${seed}`).toBeInstanceOf(Refusal);
      const after = (await kernel.invoke(listRoles, by, {})).roles;
      expect(
        after.map(({ position }) => position),
        `seed ${seed} round ${round}`,
      ).toEqual(after.map((_, at) => at));
      expect(after[0]!.name).toBe("owner");
      const told = app.happened.findLast(({ data }) => data !== null && typeof data === "object" && "roles" in data);
      if (told) expect((told.data as { roles: Role[] }).roles, `seed ${seed} round ${round}`).toEqual(after);
    }
    expect(made).toBeGreaterThan(20);
  });

  test("names that would be mistaken for something else are refused", async () => {
    await using app = await testApp();
    const by = operator(app);
    for (const name of ["banned", "BANNED", "!user", "123", "__proto__", "a\u0000b", "x".repeat(51)])
      expect((await refusal(app.kernel.invoke(createRole, by, { name }))).reason).toBe("role.name");
    expect((await refusal(app.kernel.invoke(createRole, by, { name: "Оwner" }))).reason).toBe("role.name-taken");
    expect(names((await app.kernel.invoke(listRoles, by, {})).roles)).toEqual(["owner", "admin", "moderator", "user"]);
  });

  test("too many roles are refused", async () => {
    await using app = await testApp();
    const by = operator(app);
    for (let n = 4; n < 250; n++) await app.kernel.invoke(createRole, by, { name: `role ${n}` });
    expect((await refusal(app.kernel.invoke(createRole, by, { name: "one more" }))).reason).toBe("role.many");
  });
});

test("whoever manages channels no longer, because their role changed, hears no more of a channel behind a password", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const door = new TestDoor(app);
  await kernel.invoke(createRole, operator(app), { name: "keeper", permissions: ["manage_channels"] });
  await kernel.invoke(createChannel, operator(app), { name: "den", rules: { view: ["user"], send: ["user"] } });
  await kernel.invoke(setChannelPassword, operator(app), { channel: "den", password: "sesame" });
  const keeper = await door.signedIn("keeper");
  await kernel.invoke(grantRole, operator(app), { user: "keeper", role: "keeper" });
  await keeper.arrived();
  const say = async () => {
    await kernel.invoke(sendMessage, operator(app), { channel: "den", content: "psst" });
    return (await keeper.arrived()).filter(({ cmd }) => cmd === "message_new").length;
  };
  expect(await say()).toBe(1);
  await kernel.invoke(updateRole, operator(app), { role: "keeper", permissions: [] });
  const told = (await keeper.arrived()).filter(({ cmd }) => cmd === "channels_get");
  expect(told.at(-1)?.["val"].map(({ name }: { name: string }) => name)).not.toContain("den");
  expect(await say()).toBe(0);
  await kernel.invoke(updateRole, operator(app), { role: "keeper", permissions: ["administrator"] });
  expect(await say()).toBe(1);
});

test("a name of a plugin is no role's", async () => {
  await using app = await testApp();
  for (const name of ["plugin:welcome", "Plugin:x"])
    expect((await refusal(app.kernel.invoke(createRole, operator(app), { name }))).reason).toBe("role.name");
});

test("the engine says why somebody may or may not", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const bob = await newMember(app, "bob");
  const admin = await newMember(app, "admin", "admin");
  const explain = (by: Actor, input: z.input<typeof explainPermission.input>) => kernel.invoke(explainPermission, by, input);
  expect(await explain(admin, { user: "bob", permission: "manage_roles" })).toEqual({
    allowed: false,
    because: "none of their roles has manage_roles",
  });
  expect(await explain(admin, { user: "admin", permission: "manage_server" })).toEqual({
    allowed: true,
    because: "the role admin is administrator",
  });
  expect(await explain(admin, { user: "bob", channel: "general", action: "pin" })).toEqual({
    allowed: false,
    because: "the channel's rule pin names none of their roles",
  });
  expect((await refusal(explain(bob, { user: "bob", permission: "connect" }))).reason).toBe("permission");
});
