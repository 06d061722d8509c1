import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { operations } from "../../src/domain/index.ts";
import type { Actor, Operation } from "../../src/kernel/operation.ts";
import { TestDoor } from "../support/originchats.ts";
import { type SomeSettings, type TestApp, testApp } from "../support/world.ts";

/** A call that is an administrative act, and the calls that make it possible. `<message>` is a message of bob's; `<code>`, `<thread>`, `<poll>`, `<webhook>` and `<invite>` are what the call before gave. */
interface Act {
  readonly input: object;
  /** Who does it: the console unless said. */
  readonly by?: "bob";
  readonly first?: readonly (readonly [operation: string, input: object, by?: "bob"])[];
}

const PARTY = {
  name: "party",
  image:
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAYAAACp8Z5+AAAAFUlEQVR4nGP8z8DwnwEJMDGgAcICAIPRAgYCkO9YAAAAAElFTkSuQmCC",
};
const BUILDS = { channel: "general", name: "Builds" };
const HELPER = { name: "helper", permissions: ["send_messages"] };
const OPEN_HELPER = { ...HELPER, selfAssignable: true };
const INSTALLED = {
  name: "greeter",
  installed: {
    spec: "./greeter",
    version: "1.0.0",
    description: "",
    root: ".",
    linked: false,
    integrity: null,
    hash: "0".repeat(64),
    rights: {},
  },
};
const BOB_HELPER = { user: "bob", role: "helper" };

const FORUM = { name: "ideas", kind: "forum", rules: { view: ["user"], create_thread: ["user"] } };
const BOBS_THREAD: Act["first"] = [
  ["channel.create", FORUM],
  ["thread.create", { channel: "ideas", name: "one" }, "bob"],
];

/**
 * Every operation, in its place: an administrative act leaves one entry in the moderation log, anything else none.
 * An operation that stands in neither list fails the test: whoever adds one decides.
 */
const ACTS: Readonly<Record<string, Act>> = {
  "account.set-password": { input: { user: "bob", password: "another secret" } },
  "channel.create": { input: { name: "news", kind: "text" } },
  "channel.delete": { input: { channel: "general" } },
  "channel.move": { input: { channel: "general", position: 1 } },
  "channel.set-password": { input: { channel: "general", password: "sesame" } },
  "channel.update": { input: { channel: "general", changes: { description: "Anything." } } },
  "community.follow-settings": { input: { name: "Elsewhere" } },
  "community.update": { input: { name: "Elsewhere" } },
  "emoji.add": { input: PARTY },
  "emoji.delete": { input: { id: 0 }, first: [["emoji.add", PARTY]] },
  "emoji.update": { input: { id: 0, name: "fete" }, first: [["emoji.add", PARTY]] },
  "invite.create": { input: { role: "moderator", uses: 5 } },
  "invite.redeem": { input: { code: "<code>" }, by: "bob", first: [["invite.create", { role: "moderator" }]] },
  "invite.revoke": { input: { id: "<invite>" }, first: [["invite.create", {}]] },
  "member.ban": { input: { user: "bob", reason: "spam", purgeMs: 60_000 } },
  "member.unban": { input: { user: "bob" }, first: [["member.ban", { user: "bob" }]] },
  "member.kick": { input: { user: "bob" } },
  "member.set-roles": { input: { user: "bob", roles: ["user", "moderator"] } },
  "member.timeout": { input: { user: "bob", seconds: 60 } },
  "message.delete": { input: { channel: "general", id: "<message>" } },
  "message.pin": { input: { channel: "general", id: "<message>" } },
  "ownership.claim": { input: { code: "<code>" }, by: "bob", first: [["ownership.offer", {}]] },
  "poll.end": {
    input: { poll: "<poll>" },
    first: [
      [
        "poll.create",
        {
          channel: "general",
          question: "Tea?",
          options: [
            { id: "0", text: "yes" },
            { id: "1", text: "no" },
          ],
        },
        "bob",
      ],
    ],
  },
  "plugin.install": { input: INSTALLED },
  "plugin.remove": { input: { name: "greeter" }, first: [["plugin.install", INSTALLED]] },
  "plugin.disable": { input: { name: "greeter" }, first: [["plugin.install", INSTALLED]] },
  "plugin.enable": {
    input: { name: "greeter" },
    first: [
      ["plugin.install", INSTALLED],
      ["plugin.disable", { name: "greeter" }],
    ],
  },
  "plugin.configure": { input: { name: "greeter", options: { a: 1 } }, first: [["plugin.install", INSTALLED]] },
  "rate-limit.reset": { input: { user: "bob" }, first: [["member.timeout", { user: "bob", seconds: 60 }]] },
  "role.create": { input: HELPER },
  "role.delete": { input: { role: "helper" }, first: [["role.create", HELPER]] },
  "role.grant": { input: BOB_HELPER, first: [["role.create", HELPER]] },
  "role.reorder": { input: { roles: ["owner", "moderator", "admin", "user"] } },
  "role.revoke": { input: { user: "bob", role: "user" } },
  "role.update": { input: { role: "moderator", description: "Keeps the peace." } },
  "self-role.add": { input: { role: "helper" }, by: "bob", first: [["role.create", OPEN_HELPER]] },
  "self-role.remove": {
    input: { role: "helper" },
    by: "bob",
    first: [
      ["role.create", OPEN_HELPER],
      ["role.grant", BOB_HELPER],
    ],
  },
  "thread.delete": { input: { thread: "<thread>" }, first: BOBS_THREAD },
  "thread.update": { input: { thread: "<thread>", changes: { locked: true } }, first: BOBS_THREAD },
  "token.mint": { input: { kind: "session", name: "bob", validFor: 60 } },
  "user.remove": { input: { user: "bob" } },
  "voice.move": {
    input: { user: "bob", channel: "stage" },
    first: [
      ["channel.create", { name: "stage", kind: "voice", rules: { view: ["user"] } }],
      ["voice.join", { channel: "voice", peer: "p" }, "bob"],
    ],
  },
  "voice.server-mute": { input: { user: "bob", muted: true } },
  "user.update": { input: { user: "bob", nickname: "Bobby" } },
  "webhook.create": { input: BUILDS },
  "webhook.delete": { input: { id: "<webhook>" }, first: [["webhook.create", BUILDS]] },
  "webhook.regenerate": { input: { id: "<webhook>" }, first: [["webhook.create", BUILDS]] },
  "webhook.update": { input: { id: "<webhook>", name: "Deploys" }, first: [["webhook.create", BUILDS]] },
};
const OTHERS: ReadonlySet<string> = new Set([
  "account.change-password",
  "account.confirm",
  "account.create",
  "account.log-in",
  "account.redeem-token",
  "account.register",
  "asset.open",
  // Of one's own file; test/domain/attachments.test.ts deletes somebody else's.
  "attachment.delete",
  "attachment.open",
  "attachment.show",
  "attachment.upload",
  "attendance.begin",
  "attendance.end",
  "ban.list",
  "channel.attendants",
  "channel.audience",
  "channel.enter",
  "channel.leave",
  "channel.list",
  "channel.show",
  "community.found",
  "community.show",
  "emoji.list",
  "emoji.open",
  "emoji.show",
  "invite.list",
  "direct-message.open",
  "direct-message.send",
  "guest.enter",
  "guest.leave",
  "guest.sweep",
  "member.leave",
  "member.rename",
  "member.show",
  "message.edit",
  "message.get",
  "message.list",
  "message.list-around",
  "message.list-pinned",
  "message.list-replies",
  "message.search",
  "message.send",
  "modlog.list",
  "modlog.summarize",
  "ownership.offer",
  "permission.explain",
  "ping.list",
  "poll.create",
  "poll.end-due",
  "poll.results",
  "poll.show",
  "poll.vote",
  "plugin.list",
  "plugin.reload",
  "plugin.report-started",
  "plugin.report-stopped",
  "plugin.show-own",
  "plugin-store.drop",
  "plugin-store.get",
  "plugin-store.list-keys",
  "plugin-store.put",
  "plugin-turn.take",
  "push.find-absent",
  "push.forget",
  "push.key",
  "push.subscribe",
  "push.unsubscribe",
  "rate-limit.show",
  "reaction.add",
  "reaction.remove",
  "read-mark.move",
  "retention.sweep",
  "search.index",
  "role.list",
  "role.show",
  "self-role.list",
  "session.close",
  "session.issue-token",
  "session.open",
  "slash.announce",
  "slash.answer",
  "session.recognise",
  "slash.call",
  "slash.list",
  "slash.register",
  "status.set",
  "thread.create",
  "thread.join",
  "thread.leave",
  "thread.list",
  "thread.show",
  "token.verify",
  "typing.start",
  "unread.count",
  "unread.list",
  "user.list",
  "user.set-avatar",
  "user.show",
  "voice.follow-relay",
  "voice.join",
  "voice.leave",
  "voice.mute",
  "voice.publish",
  "voice.settle",
  "voice.state",
  "voice.subscribe",
  "voice.unmute",
  "webhook.list",
  "webhook.post",
  "webhook.post-github",
  "webhook.show",
]);
const known = new Map<string, Operation>(operations.map((op) => [op.name, op]));

interface Scene {
  readonly app: TestApp;
  readonly bob: Actor;
  /** What `<name>` stands for in an input. */
  readonly named: Record<string, string>;
}
async function scene(settings: SomeSettings = {}): Promise<Scene> {
  const app = await testApp({ tokens: { session_secret: "a secret of more than thirty-two bytes" }, ...settings });
  const bob = await new TestDoor(app).signedIn("bob");
  await bob.arrived();
  const [posted] = await bob.ask({ cmd: "message_new", channel: "general", content: "hi" });
  return { app, bob: bob.connection.actor, named: { message: posted!["message"].id } };
}
async function call(at: Scene, name: string, input: object, by?: "bob"): Promise<any> {
  const filled: object = JSON.parse(JSON.stringify(input).replace(/<(\w+)>/g, (_, key: string) => at.named[key] ?? ""));
  const output: any = await at.app.kernel.invoke(known.get(name)!, by ? at.bob : consoleActor(at.app.community.id), filled);
  for (const key of ["code", "thread", "poll", "webhook", "invite"])
    if (output[key]) at.named[key] = output[key].id ?? output[key];
  return output;
}
const entries = async (at: Scene): Promise<object[]> => (await call(at, "modlog.list", {})).entries;

test("every operation is known to be an administrative act or not", () => {
  const unknown = [...known.keys()].filter((name) => OTHERS.has(name) === Object.hasOwn(ACTS, name));
  expect(unknown).toEqual([]);
});

describe("an administrative act leaves exactly one entry, with its change", () => {
  for (const [name, { input, by, first = [] }] of Object.entries(ACTS)) {
    test.skipIf(!known.has(name))(name, async () => {
      const at = await scene();
      for (const [operation, before, whose] of first) await call(at, operation, before, whose);
      const before = await entries(at);
      const heard = at.app.happened.length;
      await call(at, name, input, by);
      const after = await entries(at);
      expect(after.slice(1)).toEqual(before);
      expect(after[0]).toMatchObject({ actor: { name: by ?? "console" }, at: at.app.clock.now() });
      expect(at.app.happened.slice(heard).filter(({ type }) => type === "modlog.recorded")).toHaveLength(1);
    });
    test.skipIf(!known.has(name))(`${name}, unless the log is turned off`, async () => {
      const at = await scene({ modlog: { enabled: false } });
      for (const [operation, before, whose] of first) await call(at, operation, before, whose);
      await call(at, name, input, by);
      expect(await entries(at)).toEqual([]);
    });
  }

  test("what changes nothing leaves none", async () => {
    const at = await scene();
    await call(at, "member.unban", { user: "bob" });
    await call(at, "member.ban", { user: "nobody" }).catch(() => {});
    expect(await entries(at)).toEqual([]);
  });
});
