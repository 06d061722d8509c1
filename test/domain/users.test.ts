import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { enterAsGuest } from "../../src/domain/guests/enter-as-guest.ts";
import { leaveCommunity } from "../../src/domain/users/leave-community.ts";
import { listUsers } from "../../src/domain/users/list-users.ts";
import { renameMember } from "../../src/domain/users/rename-member.ts";
import { updateUser } from "../../src/domain/users/update-user.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { deleteRole } from "../../src/domain/roles/delete-role.ts";
import { grantRole } from "../../src/domain/roles/grant-role.ts";
import { grantRole as grantRoleRow, roleByName } from "../../src/domain/roles/statements.ts";
import { insertMember, insertUser } from "../../src/domain/users/statements.ts";
import { logIn } from "../../src/domain/accounts/log-in.ts";
import { Batch, type Store } from "../../src/storage/store.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { TestDoor } from "../support/originchats.ts";
import { newMember, refusal } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

test("five thousand members are listed by two reads, not one for each", async () => {
  const inner = openSqlite(":memory:");
  let reads = 0;
  const store: Store = {
    ...inner,
    all: (statement, params) => (reads++, inner.all(statement, params)),
    one: (statement, params) => (reads++, inner.one(statement, params)),
  };
  await using app = await testApp({}, { store });
  const community = app.community.id;
  const role = await store.one(roleByName, { community, key: "user" });
  const batch = new Batch();
  for (let n = 0; n < 5000; n++) {
    const user = `user ${n}`;
    batch.add(insertUser, { id: user, realm: "local", name: `name${n}`, key: `name${n}`, avatar: null, at: n });
    batch.add(insertMember, { community, user, nickname: null, at: n });
    batch.add(grantRoleRow, { community, user, role: role!.id, place: 0 });
  }
  await store.commit(batch);
  reads = 0;
  const { members } = await app.kernel.invoke(listUsers, consoleActor(community), {});
  expect(members).toHaveLength(5000);
  expect(members[4999]).toMatchObject({ user: { name: "name4999" }, roles: ["user"], status: { status: "offline" } });
  expect(reads).toBe(2);
});

test("when a role with very many holders changes, everybody is sent the list of members once", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const bob = await door.signedIn("bob");
  const community = app.community.id;
  const by = consoleActor(community);
  const { role } = await app.kernel.invoke(createRole, by, { name: "crowd", color: "#123456" });
  const batch = new Batch();
  for (let n = 0; n < 101; n++) {
    batch.add(insertUser, { id: `user ${n}`, realm: "local", name: `name${n}`, key: `name${n}`, avatar: null, at: n });
    batch.add(insertMember, { community, user: `user ${n}`, nickname: null, at: n });
    batch.add(grantRoleRow, { community, user: `user ${n}`, role: role.id, place: 0 });
  }
  await app.kernel.world.store.commit(batch);
  await bob.arrived();
  await app.kernel.invoke(deleteRole, by, { role: "crowd" });
  const told = await bob.arrived();
  expect(told.map(({ cmd }) => cmd).toSorted()).toEqual(["channels_get", "roles_list", "users_list"]);
  const list = told.find(({ cmd }) => cmd === "users_list")!;
  expect(list["users"]).toHaveLength(102);
  expect(JSON.stringify(list)).not.toContain("crowd");
});

test("a nickname is told to everybody, taken off again, and bounded", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const bob = await door.signedIn("bob");
  const alice = await door.signedIn("alice");
  await bob.arrived();
  const { actor } = alice.connection;
  await app.kernel.invoke(renameMember, actor, { nickname: " Ally " });
  await app.kernel.invoke(renameMember, actor, { nickname: null });
  const named = { user: "USR:local_alice", username: "USR:local_alice" };
  expect(await bob.arrived()).toEqual([
    { cmd: "nickname_update", ...named, nickname: "Ally" },
    { cmd: "nickname_remove", ...named },
  ]);
  for (const nickname of ["", "   ", "x".repeat(21), "a\u202eb"])
    expect((await refusal(app.kernel.invoke(renameMember, actor, { nickname }))).code).toBe("invalid-input");
});

test("a new account name signs in, the old one is free", async () => {
  await using app = await testApp();
  await newMember(app, "alice");
  const by = consoleActor(app.community.id);
  await app.kernel.invoke(updateUser, by, { user: "alice", name: "USR:local_Alicia" });
  const stranger = { kind: "anonymous", id: "192.0.2.9", name: "", community: app.community.id } as const;
  const { member } = await app.kernel.invoke(logIn, stranger, { name: "alicia", password: "secret of alice" });
  expect(member.user.name).toBe("alicia");
  expect((await refusal(app.kernel.invoke(logIn, stranger, { name: "alice", password: "secret of alice" }))).reason).toBe(
    "account.unknown",
  );
  await newMember(app, "alice");
});

test("a change that changes nothing is neither told nor written down, and nobody is renamed to a guest who is here", async () => {
  await using app = await testApp();
  await newMember(app, "alice");
  const operator = consoleActor(app.community.id);
  const stranger = { kind: "anonymous", id: "192.0.2.9", name: "", community: app.community.id } as const;
  await app.kernel.invoke(enterAsGuest, stranger, { name: "Gus" });
  app.happened.length = 0;
  await app.kernel.invoke(updateUser, operator, { user: "alice", name: "alice" });
  await app.kernel.invoke(updateUser, operator, { user: "alice" });
  expect(app.happened).toEqual([]);
  expect((await refusal(app.kernel.invoke(updateUser, operator, { user: "alice", name: "gus" }))).reason).toBe(
    "account.name-taken",
  );
});

test("who has left hears nothing more on any of their sockets, and their words keep their name", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const bob = await door.signedIn("bob");
  const [one, two] = [await door.signedIn("alice"), await door.signedIn("alice")];
  await Promise.all([one.arrived(), two.arrived()]);
  await app.kernel.invoke(sendMessage, one.connection.actor, { channel: "general", content: "goodbye" });
  await Promise.all([one.arrived(), two.arrived()]);
  await app.kernel.invoke(leaveCommunity, one.connection.actor, {});
  await bob.ask({ cmd: "message_new", channel: "general", content: "after" });
  for (const left of [one, two]) {
    expect((await left.arrived()).map(({ cmd }) => cmd)).toEqual(["user_leave", "user_leave"]);
    expect(left.closed).toBeDefined();
  }
  expect(await bob.ask({ cmd: "users_online" })).toMatchObject([{ users: [{ username: "USR:local_bob" }] }]);
  expect(app.hub.sessionCount).toBe(1);
  const { messages } = await app.kernel.invoke(listMessages, bob.connection.actor, { channel: "general", limit: 2 });
  expect(messages[0]).toMatchObject({ content: "goodbye", author: { name: "alice", realm: "local" } });
});

test("a new connection is greeted with the name that the server has now", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const alice = await door.signedIn("alice");
  await app.kernel.invoke(grantRole, consoleActor(app.community.id), { user: "alice", role: "admin" });
  await alice.ask({ cmd: "server_update", name: "Café", icon: "https://pictures.example/i.png" });
  const greeted = async () => (await door.connect("guest").arrived())[0]!["val"].server;
  expect(await greeted()).toMatchObject({ name: "Café", icon: "https://pictures.example/i.png" });
  await alice.ask({ cmd: "server_update", name: null, icon: null });
  expect(await greeted()).toEqual({ name: "My chat", owner: { name: "" } });
});
