import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { deleteRole } from "../../src/domain/roles/delete-role.ts";
import { setMemberRoles } from "../../src/domain/roles/grant-role.ts";
import { listRoles } from "../../src/domain/roles/list-roles.ts";
import { reorderRoles } from "../../src/domain/roles/reorder-roles.ts";
import { updateRole } from "../../src/domain/roles/update-role.ts";
import { deleteThread } from "../../src/domain/threads/delete-thread.ts";
import { listThreads } from "../../src/domain/threads/show-thread.ts";
import { updateThread } from "../../src/domain/threads/update-thread.ts";
import { removeUser } from "../../src/domain/users/leave-community.ts";
import { listUsers } from "../../src/domain/users/list-users.ts";
import { renameMember } from "../../src/domain/users/rename-member.ts";
import { updateUser } from "../../src/domain/users/update-user.ts";
import { STATUSES } from "../../src/domain/users/user.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { type Frame, type TestClient, TestDoor } from "../support/originchats.ts";
import { randomOf } from "../support/random.ts";
import { newChannel } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

/** What a client knows: built from the three lists, then kept up by what it is told, as originChats' web client does it. */
class Knowledge {
  channels: Frame[] = [];
  /** With the order of the keys. */
  roles: [string, unknown][] = [];
  readonly users = new Map<string, Frame>();

  hear(frame: Frame): void {
    const user = this.users.get(frame["username"] ?? frame["user"]);
    switch (frame["cmd"]) {
      case "channels_get":
        this.channels = frame["val"];
        break;
      case "thread_create":
        this.#threadsOf(frame["channel"]).push(frame["thread"]);
        break;
      case "thread_update":
      case "thread_join":
      case "thread_leave":
        this.#replace(frame["thread"].parent_channel, frame["thread"].id, frame["thread"]);
        break;
      case "thread_delete":
        this.#replace(frame["channel"], frame["thread_id"]);
        break;
      case "message_new": {
        const { id: last_message_id, timestamp: last_message } = frame["message"];
        const thread = this.#threadsOf(frame["channel"]).find(({ id }) => id === frame["thread_id"]);
        this.#replace(frame["channel"], frame["thread_id"], { ...thread, last_message, last_message_id });
        break;
      }
      case "roles_list":
        this.roles = Object.entries(frame["roles"]);
        break;
      case "users_list":
        this.users.clear();
        for (const one of frame["users"]) this.users.set(one.username, one);
        break;
      case "user_join":
        this.users.set(frame["user"].username, { ...UNKNOWN, ...frame["user"] });
        break;
      case "user_connect":
        this.users.set(frame["user"].username, {
          ...this.users.get(frame["user"].username),
          ...frame["user"],
          status: { status: "online", text: "" },
        });
        break;
      case "user_disconnect":
        if (user) user["status"] = GONE;
        break;
      case "status_get":
        if (user) user["status"] = frame["status"];
        break;
      case "user_roles_get":
        if (user) Object.assign(user, { roles: frame["roles"], color: frame["color"] });
        break;
      case "nickname_update":
        if (user) user["nickname"] = frame["nickname"];
        break;
      case "nickname_remove":
        if (user) user["nickname"] = null;
        break;
      case "user_update": {
        const renamed = this.users.get(frame["user"])!;
        this.users.delete(frame["user"]);
        this.users.set(frame["username"], { ...renamed, username: frame["username"], nickname: frame["nickname"] });
        break;
      }
      case "user_leave":
        this.users.delete(frame["username"]);
        break;
    }
  }
  #threadsOf(channel: string): Frame[] {
    return this.channels.find(({ name }) => name === channel)!["threads"];
  }
  #replace(channel: string, thread: string, ...by: Frame[]): void {
    const threads = this.#threadsOf(channel);
    threads.splice(
      threads.findIndex(({ id }) => id === thread),
      1,
      ...by,
    );
  }
  get all() {
    return { channels: this.channels, roles: this.roles, users: Object.fromEntries(this.users) };
  }
}
const GONE = { status: "offline", text: "" };
const UNKNOWN = { nickname: null, color: null, status: GONE, cracked: true, pfp: null };

const LISTS = ["channels_get", "roles_list", "users_list"];
async function learn(client: TestClient, knowledge = new Knowledge()): Promise<Knowledge> {
  for (const cmd of LISTS) for (const frame of await client.ask({ cmd })) knowledge.hear(frame);
  return knowledge;
}

for (const seed of [1, 2026, 987_654])
  test(`what a client was told over a long time is what a new one is told at once (seed ${seed})`, async () => {
    const random = randomOf(seed);
    await using app = await testApp();
    const { kernel } = app;
    const by = consoleActor(app.community.id);
    const door = new TestDoor(app);
    for (const name of ["red", "blue", "green"])
      await kernel.invoke(createRole, by, { name, color: `#0000${name.length}0`, selfAssignable: random.below(2) === 0 });
    await newChannel(app, "reds", { view: ["red"], send: ["red"] });
    await newChannel(app, "not-blue", { view: ["!blue", "user"], send: ["user"] });
    await newChannel(
      app,
      "ideas",
      { view: ["user"], send: ["user", "red"], create_thread: ["user"] },
      { kind: "forum", position: 10 },
    );
    const watcher = await door.signedIn("watcher");
    const talker = await door.signedIn("talker");
    const long = await learn(watcher);
    let made = 0;
    const clients: TestClient[] = [];
    const join = async () => void clients.push(await door.signedIn(`user${++made}`));
    await join();
    await join();

    for (let round = 0; round < 120; round++) {
      const { roles } = await kernel.invoke(listRoles, by, {});
      const { members } = await kernel.invoke(listUsers, by, {});
      const role = () => random.of(roles).id;
      const member = () => random.of(members).user;
      const client = random.of(clients);
      const thread = async () => {
        const { threads } = await kernel.invoke(listThreads, by, { channel: "ideas" });
        return threads.length ? random.of(threads).id : "none";
      };
      const steps: (() => Promise<unknown>)[] = [
        () => kernel.invoke(createRole, by, { name: `role ${++made}`, color: "#abcdef" }),
        () => kernel.invoke(updateRole, by, { role: role(), name: `name ${++made}` }),
        () => kernel.invoke(updateRole, by, { role: role(), color: random.of([null, "#111111", "#222222"]) }),
        () => kernel.invoke(updateRole, by, { role: role(), position: random.below(8), hoisted: random.below(2) === 0 }),
        () => kernel.invoke(reorderRoles, by, { roles: random.shuffled(roles.slice(1)).map(({ id }) => id) }),
        () => kernel.invoke(deleteRole, by, { role: role() }),
        () =>
          kernel.invoke(setMemberRoles, by, {
            user: member().id,
            roles: random
              .shuffled(roles)
              .slice(0, 3)
              .map(({ id }) => id),
          }),
        () =>
          kernel.invoke(setMemberRoles, by, {
            user: "watcher",
            roles: random
              .shuffled(roles)
              .slice(0, 3)
              .map(({ id }) => id),
          }),
        () =>
          kernel.invoke(updateUser, by, {
            user: random.of(clients).connection.actor.id,
            name: `renamed${++made}`,
            nickname: null,
          }),
        () => kernel.invoke(renameMember, client.connection.actor, { nickname: random.of([null, `nick ${++made}`]) }),
        () => client.ask({ cmd: "status_set", status: random.of(STATUSES), text: random.of(["", "busy"]) }),
        // A picture of somebody who is not to be seen is told when they are seen again.
        async () => {
          const seen = await kernel.invoke(listUsers, by, { here: true });
          if (seen.members.some(({ user }) => user.id === client.connection.actor.id))
            await client.ask({ cmd: "pfp_set", url: `https://pictures.example/${++made}.png` });
        },
        join,
        async () => {
          await client.leave();
          clients[clients.indexOf(client)] = await door.signedIn(client.name);
        },
        async () => {
          if (clients.length < 3) return;
          clients.splice(clients.indexOf(client), 1);
          await random.of([() => client.leave(), () => client.ask({ cmd: "user_leave" })])();
        },
        ...[0, 1].flatMap(() => [
          () => talker.ask({ cmd: "thread_create", channel: "ideas", name: `thread ${++made}` }),
          async () => random.of([talker, watcher]).send({ cmd: "thread_join", thread_id: await thread() }),
          async () => random.of([talker, watcher]).send({ cmd: "thread_leave", thread_id: await thread() }),
          async () => talker.ask({ cmd: "message_new", thread_id: await thread(), content: "hi" }),
          async () =>
            kernel.invoke(updateThread, by, {
              thread: await thread(),
              changes: { name: `name ${++made}`, locked: random.below(3) === 0, archived: random.below(2) === 0 },
            }),
        ]),
        async () => kernel.invoke(deleteThread, by, { thread: await thread() }),
        async () => {
          if (clients.length < 3) return;
          clients.splice(clients.indexOf(client), 1);
          await kernel.invoke(removeUser, by, { user: client.connection.actor.id });
        },
      ];
      try {
        await random.of(steps)();
      } catch (why) {
        if (!(why instanceof Refusal)) throw why;
      }
      await Promise.all([talker, ...clients].map((one) => one.arrived()));
      for (const frame of [...(await watcher.arrived()), ...(await watcher.arrived())]) long.hear(frame);
      app.clock.advance(60_000);
      if (round % 5) continue;
      const fresh = await door.signedIn("watcher");
      expect(long.all, `seed ${seed} round ${round}`).toEqual((await learn(fresh)).all);
      await fresh.leave();
    }
    expect(made).toBeGreaterThan(20);
  });
