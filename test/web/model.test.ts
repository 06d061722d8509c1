import { expect, test } from "bun:test";
import { comings, follow, type Model, NOTHING, othersStreams, peopleIn } from "../../src/web/call/model.ts";
import { crowdOf, nameOf, stateOf } from "../../src/web/call/words.ts";

const ann = "USR:local_ann";
const bob = "USR:local_bob";
const after = (frames: readonly object[], model: Model = NOTHING): Model =>
  frames.reduce<Model>((now, frame) => follow(now, frame as Record<string, unknown>).model, model);
const voice = (name: string, more: object = {}) => ({ type: "voice", name, voice_state: [], ...more });
const LISTED = [
  { cmd: "handshake", val: { server: { name: "Home" }, auth_mode: "cracked-only" } },
  { cmd: "ready", user: { username: ann } },
  {
    cmd: "channels_get",
    val: [{ type: "text", name: "general" }, voice("voice"), voice("stage", { display_name: "The stage" })],
  },
];
const IN_CALL = [
  ...LISTED,
  { cmd: "voice_join", channel: "voice", participants: [{ username: bob, muted: false, stream: "b1" }] },
];

test("of the channels only those for calls are shown, with who is in each", () => {
  const model = after([...LISTED, { cmd: "voice_user_joined", channel: "stage", user: { username: bob, muted: true } }]);
  expect(model.server).toBe("Home");
  expect(model.channels.map(({ title }) => title)).toEqual(["voice", "The stage"]);
  expect(peopleIn(model, "stage")).toEqual([{ username: bob, seats: 1, muted: true, streams: [], elsewhere: false }]);
  expect(crowdOf(model.channels[0]!)).toBe("empty");
  expect(crowdOf({ ...model.channels[1]!, limit: 5 })).toBe("1 of 5");
});

test("who joins sees the others and themselves, and hears the others alone", () => {
  const model = after([
    ...IN_CALL,
    { cmd: "voice_user_updated", channel: "voice", user: { username: ann, muted: false, stream: "a1" } },
  ]);
  expect(model.call).toBe("voice");
  expect(peopleIn(model, "voice").map(({ username }) => username)).toEqual([bob, ann]);
  expect(othersStreams(model)).toEqual(["b1"]);
});

test("a stream that comes or goes is heard or not any more, and a mute is seen", () => {
  let model = after([
    ...IN_CALL,
    { cmd: "voice_user_updated", channel: "voice", user: { username: bob, muted: true, stream: "b2" } },
  ]);
  expect(othersStreams(model)).toEqual(["b2"]);
  expect(peopleIn(model, "voice")[0]!.muted).toBe(true);
  model = after([{ cmd: "voice_user_updated", channel: "voice", user: { username: bob, muted: false } }], model);
  expect(othersStreams(model)).toEqual([]);
});

test("two devices of one person are one person, heard on both; what is said of one of them is unclear", () => {
  const model = after([
    ...IN_CALL,
    { cmd: "voice_user_joined", channel: "voice", user: { username: bob, muted: true, stream: "b2" } },
  ]);
  expect(peopleIn(model, "voice")[0]).toMatchObject({ username: bob, seats: 2, muted: false, streams: ["b1", "b2"] });
  const frame = { cmd: "voice_user_updated", channel: "voice", user: { username: bob, muted: false } };
  expect(follow(model, frame).isUnclear).toBe(true);
  const told = { cmd: "voice_state", channel: "voice", participants: [{ username: bob, stream: "b1" }, { username: bob }] };
  expect(peopleIn(after([told], model), "voice")[0]).toMatchObject({ seats: 2, streams: ["b1"] });
});

test("one's own other device is heard too", () => {
  const model = after([...IN_CALL, { cmd: "voice_user_joined", channel: "voice", user: { username: ann, stream: "a2" } }]);
  expect(othersStreams(model)).toEqual(["b1", "a2"]);
});

test("a list of channels that comes in a call does not take the streams away", () => {
  const model = after([...IN_CALL, { cmd: "channels_get", val: [voice("voice", { voice_state: [{ username: bob }] })] }]);
  expect(othersStreams(model)).toEqual(["b1"]);
});

test("a call goes on under a channel's new name", () => {
  const model = after([...IN_CALL, { cmd: "channel_update", current_name: "voice", channel: voice("lounge") }]);
  expect(model.call).toBe("lounge");
  expect(othersStreams(model)).toEqual(["b1"]);
});

test("who came and who left is told of the call one stays in, and not of oneself", () => {
  const before = after(IN_CALL);
  const cleo = { cmd: "voice_user_joined", channel: "voice", user: { username: "cleo" } };
  expect(comings(before, after([cleo], before))).toEqual({ came: ["cleo"], left: [] });
  expect(comings(before, after([{ cmd: "voice_user_left", channel: "voice", username: bob }], before)).left).toEqual([bob]);
  expect(
    comings(before, after([{ cmd: "voice_user_joined", channel: "stage", user: { username: "dan" } }], before)).came,
  ).toEqual([]);
  expect(comings(before, after([{ cmd: "voice_leave", channel: "voice" }], before))).toEqual({ came: [], left: [] });
  expect(comings(after(LISTED), before)).toEqual({ came: [], left: [] });
});

test("who speaks is known by the stream, until they cease or the call ends", () => {
  const speaks = (speaking: boolean) => ({ cmd: "voice_speaking", channel: "voice", username: bob, stream: "b1", speaking });
  const model = after([...IN_CALL, speaks(true)]);
  expect([...model.speaking]).toEqual(["b1"]);
  expect(after([speaks(false)], model).speaking.size).toBe(0);
  expect(after([{ cmd: "voice_leave", channel: "voice" }], model).speaking.size).toBe(0);
});

test("people are called by their nicknames, else by their names without the mark of local accounts", () => {
  const model = after([
    ...LISTED,
    {
      cmd: "users_list",
      users: [
        { username: ann, nickname: "Annie" },
        { username: bob, nickname: null },
      ],
    },
  ]);
  expect([nameOf(model, ann), nameOf(model, bob), nameOf(model, "rot")]).toEqual(["Annie", "bob", "rot"]);
  const later = after(
    [
      { cmd: "nickname_remove", username: ann },
      { cmd: "nickname_update", username: bob, nickname: "B" },
    ],
    model,
  );
  expect([nameOf(later, ann), nameOf(later, bob)]).toEqual(["ann", "B"]);
});

test("it is said of everybody how they are: muted, listening, elsewhere, speaking", () => {
  const [person] = peopleIn(after(IN_CALL), "voice");
  expect(stateOf(person!, true, false)).toBe("speaks");
  expect(stateOf(person!, false, false)).toBe("quiet");
  expect(stateOf({ ...person!, muted: true }, true, false)).toBe("muted");
  expect(stateOf({ ...person!, streams: [] }, false, false)).toBe("only listens");
  expect(stateOf({ ...person!, streams: [] }, false, true)).toBe("connecting");
  const pat = after([...IN_CALL, { cmd: "voice_user_joined", channel: "voice", user: { username: "pat", peer_id: "p" } }]);
  expect(stateOf(peopleIn(pat, "voice").at(-1)!, false, false)).toContain("do not hear each other");
});

test("frames of any shape change nothing that they do not mean, and grow nothing without bound", () => {
  const model = after(IN_CALL);
  for (const cmd of [
    "channels_get",
    "voice_join",
    "voice_state",
    "voice_user_updated",
    "voice_speaking",
    "users_list",
    "handshake",
    "channel_update",
    "x",
  ])
    for (const junk of [null, 7, "text", [], [null, 7, "x"], { user: 7 }])
      expect(() =>
        follow(model, { cmd, val: junk, user: junk, users: junk, participants: junk, channel: junk, stream: junk }),
      ).not.toThrow();
  const many = Array.from({ length: 5000 }, (_, n) => ({ username: `u${n}` }));
  const crowded = after([
    ...LISTED,
    { cmd: "channels_get", val: many.map(({ username }) => voice(username, { voice_state: many })) },
  ]);
  expect(crowded.channels.length).toBe(500);
  expect(crowded.channels[0]!.people.length).toBe(1000);
});
