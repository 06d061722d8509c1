import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { events, operations } from "../../src/domain/index.ts";
import { CHANNEL_ACTIONS } from "../../src/domain/roles/permissions.ts";
import { doors } from "../../src/wire/originchats/accounts.ts";
import { bindings } from "../../src/wire/originchats/bindings.ts";
import { describeCommands } from "../../src/wire/originchats/described.ts";
import { commandsNotOffered, operationsNotOffered } from "../../src/wire/originchats/not-offered.ts";
import { BY_REASON } from "../../src/wire/originchats/sentences.ts";
import { testApp } from "../support/world.ts";

/** The protocol's commands in the order of reference/originchats.md §2.0. */
const COMMANDS =
  `auth login register ping message_new typing message_edit message_delete message_pin message_unpin messages_pinned
  messages_search message_react_add message_react_remove messages_get messages_around message_get message_replies channels_get user_timeout
  user_ban user_unban user_leave users_list status_set status_get users_online plugins_list plugins_reload rate_limit_status rate_limit_reset
  slash_register slash_list slash_call slash_response voice_join voice_leave voice_mute voice_unmute voice_state roles_list role_create
  role_update role_set role_delete role_reorder role_permissions_set role_permissions_get self_role_add self_role_remove self_roles_list
  channel_create channel_update channel_move channel_delete user_update server_update server_info user_roles_set user_roles_get
  users_banned_list pings_get emoji_add emoji_delete emoji_get_all emoji_update emoji_get_filename emoji_get_id attachment_delete
  attachment_get push_get_vapid push_subscribe push_unsubscribe thread_create thread_get thread_messages thread_delete thread_update
  thread_join thread_leave webhook_create webhook_get webhook_list webhook_delete webhook_update webhook_regenerate embeds_list poll_create
  poll_vote poll_end poll_results poll_get modlog_get modlog_summary pfp_set pfp_get unreads_ack unreads_get unreads_count`.split(
    /\s+/,
  );

/** What the connection answers itself, without an operation. */
const OF_THE_CONNECTION = ["ping"];
/** Clients look for these among the capabilities, though nobody sends them as commands. */
const NAMES_OF_EVENTS = ["events"];

const bound = bindings.map(({ name }) => name);
const answered = new Set([...bound, ...Object.keys(doors), ...OF_THE_CONNECTION]);

describe("commands", () => {
  test("the protocol has ninety-nine", () => {
    expect(new Set(COMMANDS).size).toBe(99);
  });

  test("each of the protocol's is answered, or listed with the reason why not", () => {
    expect(COMMANDS.filter((name) => !answered.has(name) && !commandsNotOffered[name])).toEqual([]);
  });

  test("none is both answered and listed as not offered, and the list names only commands there are", () => {
    expect(Object.keys(commandsNotOffered).filter((name) => answered.has(name) || !COMMANDS.includes(name))).toEqual([]);
  });

  test("no two bindings answer the same command", () => {
    expect(bound.filter((name, at) => bound.indexOf(name) !== at)).toEqual([]);
    expect(bound.filter((name) => name in doors || OF_THE_CONNECTION.includes(name))).toEqual([]);
  });

  test("the handshake announces exactly what is answered", async () => {
    await using app = await testApp();
    expect(app.originchats.capabilities).toEqual([...answered, ...NAMES_OF_EVENTS].toSorted());
  });
});

test("the documentation has every command, and says of each field of its request what is meant", () => {
  const described = describeCommands();
  expect(described.map(({ name }) => name)).toEqual([...bound, ...Object.keys(doors)].toSorted());
  const vague = described.flatMap(({ name, request }) =>
    Object.entries((request["properties"] ?? {}) as Record<string, object>)
      .filter(([, schema]) => !["type", "anyOf", "oneOf", "enum", "const"].some((key) => key in schema))
      .map(([field]) => `${name}.${field}`),
  );
  expect(vague).toEqual([]);
});

describe("operations", () => {
  const offered = new Set([
    ...bindings.map(({ operation }) => operation.name),
    ...Object.values(doors).map(({ operation }) => operation.name),
  ]);
  const names: readonly string[] = operations.map(({ name }) => name);

  test("each is offered by a command, or listed with the reason why not", () => {
    expect(names.filter((name) => !offered.has(name) && !operationsNotOffered[name])).toEqual([]);
  });

  test("none is both offered and listed as not offered, and the list names only operations there are", () => {
    expect(Object.keys(operationsNotOffered).filter((name) => offered.has(name) || !names.includes(name))).toEqual([]);
  });

  test("each that a binding asks for is among the operations there are", () => {
    expect([...offered].filter((name) => !names.includes(name))).toEqual([]);
  });

  test("a binding's answer is an event there is", () => {
    const known = new Set<string>(events.map(({ name }) => name));
    expect(bindings.filter(({ answer }) => answer && !known.has(answer)).map(({ name }) => name)).toEqual([]);
  });
});

test("each event has a rendering, or is kept silent on purpose", async () => {
  await using app = await testApp();
  expect(Object.keys(app.originchats.renderings).toSorted()).toEqual(events.map(({ name }) => name).toSorted());
});

describe("refusals", () => {
  /** Reasons for which the sentence of the refusal's code says all there is to say. */
  const BY_CODE_SUFFICES: Readonly<Record<string, string>> = {
    "session.anonymous": "not-signed-in has one meaning",
    "community.slug": "only the server founds communities",
    "channel.view": "it reads as not found, by the reason channel",
    "channel.edit_own": "the operation on the message decides, and says channel.edit-own",
    "channel.delete_own": "the operation on the message decides, and says channel.delete-own",
    "channel.create_thread": "the operation decides, and says channel.create-thread",
    "thread.users-only": "the operator takes part in nothing, and users ask as users",
    "poll.users-only": "the operator votes on nothing, and users ask as users",
    invite: "only the operator names one by its id",
    "invite.owner": "only the operator makes invites",
    "invite.past": "only the operator makes invites",
    "invite.many": "only the operator makes invites",
    "invite.members-only": "this wire redeems at registration only",
    "invite.no-role": "this wire redeems at registration only",
    "invite.held": "this wire redeems at registration only",
    community: "there is one, or the wire would not be spoken",
  };
  /** Reasons made from a part, and what that part may be. */
  const MADE: Readonly<Record<string, readonly string[]>> = {
    "channel.${action}": CHANNEL_ACTIONS,
    "thread.${action}": ["send"],
  };

  test("each reason the domain gives has a sentence of the wire's, or one of its code that suffices", async () => {
    const given = await reasonsGiven();
    expect(given.size).toBeGreaterThan(20);
    const expanded = [...given].flatMap((reason) => {
      if (!reason.includes("${")) return [reason];
      const parts = MADE[reason];
      return parts ? parts.map((part) => reason.replace(/\$\{\w+\}/, part)) : [`${reason} (say in MADE what it may be)`];
    });
    expect(expanded.filter((reason) => !(reason in BY_REASON) && !(reason in BY_CODE_SUFFICES))).toEqual([]);
  });
});

/** A call that takes the reason as its last argument: of a schema, or of a pace. Parentheses may stand in it three deep. */
const COMPLAINT =
  /\.(?:min|max|length|regex|refine|int|take)\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*?"([a-z-]+(?:\.[a-z-]+)+)",?\s*\)/g;

/** The reasons in the domain's source: of each `new Refusal`, of each pace, and of the schemas' own complaints. */
async function reasonsGiven(): Promise<Set<string>> {
  const root = join(import.meta.dir, "../../src/domain");
  const others = new Set<string>([...operations, ...events].map(({ name }) => name));
  const given = new Set<string>();
  for (const file of new Glob("**/*.ts").scanSync(root)) {
    const source = await Bun.file(join(root, file)).text();
    for (const [, reason] of source.matchAll(/new Refusal\(\s*[^,]+?,\s*["'`]([^"'`]+)["'`]/g)) given.add(reason!);
    for (const [, reason] of source.matchAll(COMPLAINT)) if (!others.has(reason!)) given.add(reason!);
  }
  return given;
}
