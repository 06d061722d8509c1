import { describe, expect, test } from "bun:test";
import { waitBefore } from "../../src/web/call/backoff.ts";
import { frameIn } from "../../src/web/call/frames.ts";
import { readKept } from "../../src/web/call/kept.ts";
import { actOf } from "../../src/web/call/keys.ts";
import { streamsIn } from "../../src/web/call/sdp.ts";
import { badgeOf, comingsSentence, microphoneSentence } from "../../src/web/call/words.ts";

test("each try in a row waits longer, up to half a minute, and never all clients alike", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => waitBefore(attempt, 1))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect(waitBefore(5, 0)).toBe(15_000);
});

test("an answer says which section carries whose stream", () => {
  const section = (mid: string, ...lines: string[]) => ["m=audio 9 UDP/TLS/RTP/SAVPF 111", `a=mid:${mid}`, ...lines].join("\r\n");
  const answer = [
    "v=0\r\na=msid-semantic: WMS *",
    section("0", "a=sendonly", "a=msid:ann t1", "a=ssrc:1 msid:ann t1"),
    section("1", "a=inactive"),
    section("2", "a=sendonly", "a=msid:bob t2"),
    section("3", "a=recvonly", "a=msid:me t3"),
  ].join("\r\n");
  expect([...streamsIn(`${answer}\r\n`)]).toEqual([
    ["0", "ann"],
    ["2", "bob"],
  ]);
});

describe("keys", () => {
  const key = (code: string, more: object = {}) => ({
    code,
    key: code === "Space" ? " " : "m",
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    ...more,
  });
  test("M mutes, unless somebody types or means a shortcut of the browser", () => {
    expect(actOf(key("KeyM"), "BODY", false)).toBe("mute");
    expect(actOf(key("KeyM"), "BUTTON", false)).toBe("mute");
    expect(actOf(key("KeyM"), "INPUT", false)).toBeUndefined();
    expect(actOf(key("KeyM", { ctrlKey: true }), "BODY", false)).toBeUndefined();
    expect(actOf({ ...key("KeyX"), key: "x" }, "BODY", true)).toBeUndefined();
  });
  test("the space bar talks where that was chosen, and presses the button that has the focus", () => {
    expect(actOf(key("Space"), "BODY", true)).toBe("talk");
    expect(actOf(key("Space"), "H2", true)).toBe("talk");
    expect(actOf(key("Space"), "BODY", false)).toBeUndefined();
    expect(actOf(key("Space"), "BUTTON", true)).toBeUndefined();
    expect(actOf(key("Space"), "SUMMARY", true)).toBeUndefined();
  });
});

test("what a browser kept is taken as far as it makes sense", () => {
  expect(readKept(null)).toEqual({ name: "", microphone: "", pushToTalk: false });
  expect(readKept("nonsense")).toEqual(readKept(null));
  expect(readKept("null")).toEqual(readKept(null));
  expect(readKept(JSON.stringify({ name: 7, microphone: "x".repeat(999), pushToTalk: true, password: "p" }))).toEqual({
    name: "",
    microphone: "x".repeat(200),
    pushToTalk: true,
  });
});

test("what is no frame is none", () => {
  expect(frameIn('{"cmd":"ping"}')).toEqual({ cmd: "ping" });
  for (const data of ["", "[]", "null", "7", "{", new Blob()]) expect(frameIn(data)).toBeUndefined();
});

test("who came and left is one sentence", () => {
  expect(comingsSentence(["ann", "bob"], ["cleo"])).toBe("ann, bob came. cleo left.");
  expect(comingsSentence([], [])).toBe("");
});

test("why there is no microphone is said by what the browser says", () => {
  const sentences = ["NotAllowedError", "NotFoundError", "NotReadableError", "AbortError"].map(microphoneSentence);
  expect(new Set(sentences).size).toBe(4);
});

test("a name has the same badge each time, also one of several code points", () => {
  expect(badgeOf("ann")).toEqual(badgeOf("ann"));
  expect(badgeOf("👩‍🚀 zoe").letter).toBe("👩‍🚀");
  expect(badgeOf("").letter).toBe("?");
});
