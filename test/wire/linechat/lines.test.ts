import { describe, expect, test } from "bun:test";
import { Lines, LONGEST_LINE } from "../../../src/wire/linechat/lines.ts";
import { Telnet } from "../../../src/wire/linechat/telnet.ts";

/** What a stream that comes in these pieces is taken for. */
function lines(...pieces: readonly (string | Uint8Array)[]): (string | undefined)[] {
  const heard: (string | undefined)[] = [];
  const cut = new Lines((line) => heard.push(line));
  for (const piece of pieces) cut.feed(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  return heard;
}

describe("lines", () => {
  test("end in LF, CR LF, CR NUL or CR, and in nothing else", () => {
    expect(lines("a\nb\r\nc\r\0d\re\n")).toEqual(["a", "b", "c", "d", "e"]);
    expect(lines("a\r", "\nb\r", "\0c\n\n")).toEqual(["a", "b", "c", ""]);
  });
  test("are the same however the stream is cut", () => {
    const bytes = new TextEncoder().encode("grüße 日本\r\nzwei\n👍\r\0");
    const whole = lines(bytes);
    expect(whole).toEqual(["grüße 日本", "zwei", "👍"]);
    for (let at = 1; at < bytes.length; at++) expect(lines(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
    expect(lines(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });
  test("a line of a megabyte is told to be too long, and the next is taken", () => {
    expect(lines("x".repeat(1 << 20), "x\nnext\n")).toEqual([undefined, "next"]);
    expect(lines(`${"x".repeat(LONGEST_LINE)}\n`)).toEqual(["x".repeat(LONGEST_LINE)]);
  });
  test("what is not UTF-8 is mended", () => {
    expect(lines(Uint8Array.of(0x61, 0xc3, 0x28, 0xf0, 0x9f, 10, 0x62, 10))).toEqual(["a\ufffd(\ufffd", "b"]);
  });
  test("what was taken back while typing is taken back, whole characters at a time", () => {
    expect(lines("abx\x7fc\n", "日本\x08語\n", "\x7f\x7fok\n", "no\x15yes\n")).toEqual(["abc", "日語", "ok", "yes"]);
  });
});

describe("telnet", () => {
  function spoken(...pieces: readonly Uint8Array[]) {
    const heard = { text: [] as number[], answers: [] as number[][], sizes: [] as string[], negotiated: 0 };
    const telnet = new Telnet({
      text: (bytes) => heard.text.push(...bytes),
      negotiated: () => heard.negotiated++,
      size: (columns, rows) => heard.sizes.push(`${columns}x${rows}`),
      answer: (bytes) => heard.answers.push([...bytes]),
    });
    for (const piece of pieces) telnet.feed(piece);
    return heard;
  }
  const bytes = (...list: readonly (number | string)[]) =>
    Uint8Array.from(list.flatMap((one) => (typeof one === "string" ? [...new TextEncoder().encode(one)] : [one])));
  const stream = bytes(
    "a",
    255,
    251,
    31,
    "b",
    255,
    255,
    255,
    250,
    31,
    0,
    80,
    0,
    255,
    255,
    255,
    240,
    "c",
    255,
    241,
    "d",
    255,
    253,
    5,
  );

  test("negotiation is taken out of the text, wherever the stream is cut", () => {
    for (let at = 0; at <= stream.length; at++) {
      const heard = spoken(stream.subarray(0, at), stream.subarray(at));
      expect(Buffer.from(heard.text).toString("latin1")).toBe("ab\xffcd");
      expect(heard.sizes).toEqual(["80x255"]);
      expect(heard.answers).toEqual([[255, 252, 5]]);
      expect(heard.negotiated).toBe(2);
    }
  });
  test("an option nobody knows is declined once, however often it is offered", () => {
    expect(spoken(bytes(255, 251, 24, 255, 251, 24, 255, 251, 24)).answers).toEqual([[255, 254, 24]]);
  });
  test("a subnegotiation without end takes no memory, and what follows it is heard", () => {
    const heard = spoken(bytes(255, 250, 31), new Uint8Array(1 << 20).fill(65), bytes(255, 240, "ok"));
    expect(Buffer.from(heard.text).toString()).toBe("ok");
    expect(heard.sizes).toEqual([]);
  });
});
