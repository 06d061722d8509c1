import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { logIn } from "../../src/domain/accounts/log-in.ts";
import { createAccount, registerAccount } from "../../src/domain/accounts/register-account.ts";
import { issueToken } from "../../src/domain/sessions/issue-token.ts";
import { recogniseCaller } from "../../src/domain/sessions/recognise-caller.ts";
import { setPassword } from "../../src/domain/accounts/set-password.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { identityBySubject, replaceSecret } from "../../src/domain/users/statements.ts";
import { addReaction } from "../../src/domain/messages/react-to-message.ts";
import { createThread } from "../../src/domain/threads/create-thread.ts";
import { listThreads } from "../../src/domain/threads/show-thread.ts";
import { createWebhook, listWebhooks } from "../../src/domain/webhooks/manage-webhooks.ts";
import { removeUser } from "../../src/domain/users/leave-community.ts";
import { argon2Passwords, type Passwords } from "../../src/kernel/passwords.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { Batch } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { newChannel, newMember, refusal } from "../support/scene.ts";
import { quickPasswords, type TestApp, testApp } from "../support/world.ts";

const operator = (app: TestApp): Actor => consoleActor(app.community.id);
const stranger = (app: TestApp, address = "192.0.2.9"): Actor => ({
  kind: "anonymous",
  id: address,
  name: "",
  community: app.community.id,
});

test("guesses made at the same time and from many addresses count like others", async () => {
  let looked = 0;
  const passwords: Passwords = {
    ...quickPasswords,
    verify: async (password, stored) => {
      looked++;
      await Promise.resolve();
      return quickPasswords.verify(password, stored);
    },
  };
  await using app = await testApp({}, { passwords });
  await newMember(app, "alice");
  const guesses = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      refusal(
        app.kernel.invoke(logIn, stranger(app, `192.0.2.${n}`), {
          name: n % 2 ? "alice" : "USR:local_ALICE",
          password: `guess${n}`,
        }),
      ),
    ),
  );
  expect(guesses.filter(({ reason }) => reason === "account.password")).toHaveLength(10);
  expect(guesses.filter(({ reason, code }) => reason === "account.guesses" && code === "too-fast")).toHaveLength(30);
  expect(looked).toBe(10);
});

test("hashing lets other work go on, and who comes when the queue is full is refused", async () => {
  const passwords = argon2Passwords(1, 2);
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  const done = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.hash("secret")));
  clearInterval(ticking);
  expect(done.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected", "rejected"]);
  expect((done[4] as PromiseRejectedResult).reason).toMatchObject({ code: "unavailable", reason: "passwords.busy" });
  expect(turns).toBeGreaterThan(0);
  await passwords.hash("the queue is free again");
});

test("a bcrypt hash of another system signs in, and is then kept as argon2id", async () => {
  await using app = await testApp({}, { passwords: argon2Passwords() });
  const { kernel } = app;
  const { store } = kernel.world;
  // 40 letters, 80 bytes: originChats hashed the first 72 bytes of such a password.
  const password = "ж".repeat(40);
  const { member } = await kernel.invoke(createAccount, operator(app), { name: "alice", password: "something else" });
  expect(member.status).toEqual({ status: "offline", text: "" });
  const secret = await Bun.password.hash(Buffer.from(password).subarray(0, 72), { algorithm: "bcrypt", cost: 4 });
  await store.commit(new Batch().add(replaceSecret, { kind: "password", user: member.user.id, secret, version: 0 }));
  expect((await refusal(kernel.invoke(logIn, stranger(app), { name: "alice", password: "wrong" }))).reason).toBe(
    "account.password",
  );
  await kernel.invoke(logIn, stranger(app), { name: "alice", password });
  const kept = await store.one(identityBySubject, { kind: "password", subject: "alice" });
  expect(kept!.secret).toStartWith("$argon2id$");
  await kernel.invoke(logIn, stranger(app), { name: "alice", password });
  // Now every letter counts.
  expect((await refusal(kernel.invoke(logIn, stranger(app), { name: "alice", password: "ж".repeat(39) }))).reason).toBe(
    "account.password",
  );
});

test("a password is the same however a keyboard composes its letters", async () => {
  await using app = await testApp();
  await app.kernel.invoke(registerAccount, stranger(app), { name: "zoë", password: "pässwörd🔑".normalize("NFD") });
  await app.kernel.invoke(logIn, stranger(app), { name: "zoë".normalize("NFD"), password: "pässwörd🔑".normalize("NFC") });
});

test("names that look alike are one name", async () => {
  await using app = await testApp();
  await newMember(app, "alice");
  for (const name of ["ALICE", "аlice", "alicе", "ａlice", "álice"])
    expect((await refusal(app.kernel.invoke(registerAccount, stranger(app), { name, password: "pass1" }))).reason, name).toBe(
      "account.name-taken",
    );
});

test("nobody bears the name under which the server speaks", async () => {
  await using app = await testApp();
  for (const name of ["originChats", "оriginchats"])
    expect((await refusal(app.kernel.invoke(registerAccount, stranger(app), { name, password: "pass1" }))).reason).toBe(
      "account.name-taken",
    );
});

test("of two who register one name at the same time the second is told that it is taken", async () => {
  await using app = await testApp();
  const done = await Promise.allSettled(
    ["one", "two"].map((password) =>
      app.kernel.invoke(registerAccount, stranger(app), { name: "alice", password: `pass ${password}` }),
    ),
  );
  expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const lost = done.find((one) => one.status === "rejected");
  expect(lost!.reason).toMatchObject({ code: "conflict", reason: "account.name-taken" });
});

test("the console makes accounts where newcomers may not, without their limits of pace", async () => {
  await using app = await testApp({ cracked: { allow_registration: false } });
  for (let n = 0; n < 30; n++) await app.kernel.invoke(createAccount, operator(app), { name: `user${n}`, password: "pass1" });
  const alice: Actor = { kind: "user", id: "x", name: "x", community: app.community.id };
  expect((await refusal(app.kernel.invoke(createAccount, alice, { name: "more", password: "pass1" }))).reason).toBe(
    "console.only",
  );
  expect((await refusal(app.kernel.invoke(registerAccount, stranger(app), { name: "more", password: "pass1" }))).reason).toBe(
    "account.registration-off",
  );
});

// deviation: password-set
test("one's own password is replaced by who knows the old one, anybody's by the console", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const alice = await door.signedIn("alice");
  expect(await alice.ask({ cmd: "password_set", old_password: "wrong", password: "new password" })).toEqual([
    { cmd: "error", src: "password_set", val: "Invalid password" },
  ]);
  expect(await alice.ask({ cmd: "password_set", password: "new password" })).toEqual([
    { cmd: "error", src: "password_set", val: "Old and new password required" },
  ]);
  expect(
    await alice.ask({ cmd: "password_set", old_password: "secret of alice", password: "new password", listener: "p" }),
  ).toEqual([{ cmd: "password_set", val: "Password changed", listener: "p" }]);
  await app.kernel.invoke(logIn, stranger(app), { name: "alice", password: "new password" });
  await app.kernel.invoke(setPassword, operator(app), { user: "alice", password: "newest" });
  await app.kernel.invoke(logIn, stranger(app), { name: "alice", password: "newest" });
  expect(
    (await refusal(app.kernel.invoke(setPassword, alice.connection.actor, { user: "alice", password: "mine" }))).reason,
  ).toBe("console.only");
  expect(JSON.stringify(app.happened)).not.toContain("newest");
});

// Whoever had the old password kept reading, and could go on uploading.
test("a new password ends the account's other sessions and what their tokens open, not the asking one", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const [mine, theirs] = [await door.signedIn("alice"), await door.signedIn("alice")];
  const tokens = await Promise.all(
    [mine, theirs].map(async ({ connection }) => (await app.kernel.invoke(issueToken, connection.actor, {})).token),
  );
  const whose = (token: string) => app.kernel.invoke(recogniseCaller, stranger(app), { token });
  await mine.ask({ cmd: "password_set", old_password: "secret of alice", password: "new password" });
  expect([mine.closed, theirs.closed?.reason]).toEqual([undefined, "password changed"]);
  expect((await whose(tokens[0]!)).user.name).toBe("alice");
  expect((await refusal(whose(tokens[1]!))).reason).toBe("credentials");
});

test("beside reactions, threads and webhooks of a removed account stands its name too, not its number, also for two of one name", async () => {
  await using app = await testApp();
  const { kernel } = app;
  const bob = await newMember(app, "bob");
  await newChannel(app, "forum", { view: ["user"], send: ["user"], create_thread: ["user"] }, { kind: "forum" });
  const { message } = await kernel.invoke(sendMessage, bob, { channel: "general", content: "hello" });
  for (const _ of [1, 2]) {
    const alice = await newMember(app, "alice", "admin");
    await kernel.invoke(addReaction, alice, { channel: "general", id: message.id, emoji: "👍" });
    await kernel.invoke(createThread, alice, { channel: "forum", name: "a thread" });
    await kernel.invoke(createWebhook, alice, { channel: "general", name: "ci" });
    await kernel.invoke(removeUser, operator(app), { user: "alice" });
  }
  const gone = { id: "alice (removed)", name: "alice (removed)", realm: null };
  const { messages } = await kernel.invoke(listMessages, bob, { channel: "general", limit: 1 });
  expect(messages[0]!.reactions).toEqual([{ emoji: "👍", by: [gone] }]);
  const { threads } = await kernel.invoke(listThreads, bob, { channel: "forum" });
  expect(threads.map(({ author }) => author)).toEqual([gone, gone]);
  const { webhooks } = await kernel.invoke(listWebhooks, operator(app), {});
  expect(webhooks.map(({ createdBy }) => createdBy)).toEqual([gone, gone]);
});

test("a removed account is gone from every socket, its words stay under a name nobody can take", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const bob = await door.signedIn("bob");
  const alice = await door.signedIn("alice");
  await app.kernel.invoke(sendMessage, alice.connection.actor, { channel: "general", content: "hello", nonce: "n1" });
  await bob.arrived();
  await app.kernel.invoke(removeUser, operator(app), { user: "alice" });
  expect(await bob.arrived()).toEqual([{ cmd: "user_leave", username: "USR:local_alice" }]);
  expect(alice.closed).toBeDefined();
  const again = await newMember(app, "alice");
  const { messages } = await app.kernel.invoke(listMessages, again, { channel: "general", limit: 1 });
  expect(messages[0]).toMatchObject({ content: "hello", author: { name: "alice (removed)", realm: null } });
});
