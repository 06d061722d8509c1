import { expect, test } from "bun:test";

import { ACTIONS, type Ask } from "../../src/dashboard/actions.ts";
import { FIRST_VIEW, type Key, press, type Pressed, type View } from "../../src/dashboard/keys.ts";
import { placeOf, rowsOf, targetAt } from "../../src/dashboard/rows.ts";
import { EMPTY, fold, type State } from "../../src/dashboard/store.ts";
import { operations } from "../../src/domain/index.ts";
import { afterwards, NOW } from "./evening.ts";

const ENTER: Key = { return: true };
/** Keys one after the other: a text is typed, an object pressed. */
function pressed(keys: readonly (string | Key)[], from: View = FIRST_VIEW, state: State = afterwards): Pressed {
  let last: Pressed = { view: from };
  for (const key of keys) {
    if (typeof key !== "string") last = press(last.view, state, "", key, 10, NOW);
    else for (const letter of key) last = press(last.view, state, letter, {}, 10, NOW);
  }
  return last;
}
const asked = (...keys: (string | Key)[]): readonly Ask[] | undefined => pressed(keys).run?.asks;
const person = (name: string) => [...afterwards.members.values()].find(({ user }) => user.name === name)!.user.id;
const room = (name: string) => afterwards.channels.find((one) => one.name === name)!.id;
const BOB = ["3", "/bob", ENTER] as const;

test("a ban asks how long and why, then whether it is meant", () => {
  const keys = [...BOB, "b", "7d", ENTER, "sells watches", ENTER] as const;
  expect(asked(...keys)).toBeUndefined();
  expect(asked(...keys, "y")).toEqual([
    { operation: "member.ban", input: { user: person("bob"), reason: "sells watches", until: NOW + 7 * 24 * 3_600_000 } },
  ]);
});

test("without a time a ban is for good, and without a reason none is given", () => {
  expect(asked(...BOB, "b", ENTER, ENTER, "y")).toEqual([{ operation: "member.ban", input: { user: person("bob") } }]);
});

test.each(["n", ENTER, { escape: true }] as const)("what is not confirmed is not done: %p", (no) => {
  const { run, view } = pressed([...BOB, "k", ENTER, no]);
  expect(run).toBeUndefined();
  expect(view.dialog).toBeUndefined();
  expect(view.said).toEqual({ text: "Nothing was done.", good: true });
});

test("a plugin is switched after a yes, and loaded anew at once", () => {
  const having = (enabled: boolean): State =>
    fold(afterwards, [{ type: "plugins", plugins: [{ ...afterwards.plugins![0]!, name: "greeter", enabled }] }]);
  const on = (enabled: boolean, ...keys: (string | Key)[]) => pressed(keys, FIRST_VIEW, having(enabled));
  expect(on(true, "6", "e").run).toBeUndefined();
  expect(on(true, "6", "e", "y").run?.asks).toEqual([{ operation: "plugin.disable", input: { name: "greeter" } }]);
  expect(on(false, "6", "e", "y").run?.asks).toEqual([{ operation: "plugin.enable", input: { name: "greeter" } }]);
  expect(on(true, "6", "r").run?.asks).toEqual([{ operation: "plugin.reload", input: { name: "greeter" } }]);
});

test("the other acts call their operations", () => {
  expect(asked(...BOB, "k", "manners", ENTER, "y")).toEqual([
    { operation: "member.kick", input: { user: person("bob"), reason: "manners" } },
  ]);
  expect(asked(...BOB, "t", "10m", ENTER, ENTER, "y")).toEqual([
    { operation: "member.timeout", input: { user: person("bob"), seconds: 600 } },
  ]);
  expect(asked(...BOB, "v", ENTER, "y")).toEqual([
    { operation: "voice.server-mute", input: { user: person("bob"), muted: true } },
  ]);
  expect(asked(...BOB, "V")).toEqual([{ operation: "voice.server-mute", input: { user: person("bob"), muted: false } }]);
  expect(asked(...BOB, "m", ENTER, "come here", ENTER)).toEqual([
    { operation: "message.send", input: { channel: room("general"), content: "@bob come here" } },
  ]);
  expect(asked("2", "/general", ENTER, "m", "hello", ENTER)).toEqual([
    { operation: "message.send", input: { channel: room("general"), content: "hello" } },
  ]);
  expect(asked("2", "/general", ENTER, "s", "30s", ENTER)).toEqual([
    { operation: "channel.update", input: { channel: room("general"), changes: { slowMode: 30 } } },
  ]);
  expect(asked("a", "we close at ten", ENTER, "y")).toHaveLength(5);
});

test("every operation that an act calls exists and takes what it is given", () => {
  const named = new Map<string, (typeof operations)[number]>(operations.map((one) => [one.name, one]));
  const targets = {
    person: { kind: "person", person: [...afterwards.members.values()][0]! },
    room: { kind: "room", room: afterwards.channels[0]! },
    plugin: { kind: "plugin", plugin: afterwards.plugins![0]! },
    server: { kind: "server" },
  } as const;
  for (const { on, asks, name } of ACTIONS)
    for (const { operation, input } of asks(
      targets[on],
      { time: "10m", reason: "why", room: "general", text: "hi" },
      afterwards,
      NOW,
    ))
      expect(named.get(operation)?.input.safeParse(input).success, name).toBe(true);
});

test("an answer that is none is said to be, and asked for again", () => {
  const { view } = pressed([...BOB, "b", "soon", ENTER]);
  expect(view.dialog).toMatchObject({ answers: {}, typed: "soon" });
  expect(view.dialog!.wrong).toContain('"soon" is no length of time');
  expect(pressed([...BOB, "t", ENTER]).view.dialog!.wrong).toBe("This needs an answer; Esc gives up.");
});

test("the selection stays with the person when others come and go", () => {
  const { view } = pressed(["3", { downArrow: true }]);
  const before = targetAt(afterwards, view);
  const more = fold(afterwards, [{ type: "opened", session: { id: "s", wire: "linechat", user: "u", name: "aaron" } }]);
  expect(placeOf(rowsOf(more, view), view.cursor.people)).toBe(placeOf(rowsOf(afterwards, view), view.cursor.people) + 1);
  expect(targetAt(more, view)).toEqual(before);
});

test("whom an act is about does not change while its questions are answered", () => {
  const { view } = pressed([...BOB, "b"]);
  const gone = fold(afterwards, [{ type: "members", members: [] }]);
  const { run } = pressed([ENTER, ENTER, "y"], view, gone);
  expect(run?.asks[0]?.input).toEqual({ user: person("bob") });
});

test("the selection never leaves the list", () => {
  const last = rowsOf(afterwards, { ...FIRST_VIEW, pane: "people" }).length - 1;
  const at = (...keys: (string | Key)[]) =>
    placeOf(rowsOf(afterwards, { ...FIRST_VIEW, pane: "people" }), pressed(["3", ...keys]).view.cursor.people);
  expect(at({ upArrow: true })).toBe(0);
  expect(at({ end: true })).toBe(last);
  expect(at({ pageDown: true }, { pageDown: true })).toBe(last);
  expect(at("G", "g")).toBe(0);
});

test("a filter narrows the list, Enter keeps it and Esc lets go of it", () => {
  const kept = pressed(["3", "/BO", ENTER]).view;
  expect(rowsOf(afterwards, kept)).toHaveLength(1);
  expect(kept.mode).toBe("look");
  expect(pressed([{ escape: true }], kept).view.filter.people).toBe("");
  expect(pressed(["3", "/bx", { backspace: true }, ENTER]).view.filter.people).toBe("b");
});

test("nothing is asked of a server that is not there", () => {
  const gone = fold(afterwards, [{ type: "gone", why: "It ended.", at: NOW }]);
  const { view, run } = pressed([...BOB, "V"], FIRST_VIEW, gone);
  expect(run).toBeUndefined();
  expect(view.said).toEqual({ text: "The server is not there at the moment.", good: false });
});

test("keys that mean nothing here change nothing", () => {
  expect(pressed(["1", "k", "b", "z"]).view).toEqual(FIRST_VIEW);
  expect(pressed(["3", "k"], FIRST_VIEW, EMPTY).view.dialog).toBeUndefined();
});

test("q leaves, Ctrl-C interrupts, also out of a dialog", () => {
  expect(pressed(["q"]).leave).toBe("close");
  expect(press(pressed([...BOB, "b"]).view, afterwards, "c", { ctrl: true }, 10, NOW).leave).toBe("interrupt");
  expect(pressed([...BOB, "b", "q"]).leave).toBeUndefined();
});
