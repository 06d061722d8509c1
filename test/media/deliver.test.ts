import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";

import { deliver, type Deliverable, readRange } from "../../src/media/deliver.ts";
import { serveAs } from "../../src/media/serve-as.ts";
import { temporaryFolder } from "../support/folder.ts";

describe("the part of a file a Range header asks for", () => {
  test.each([
    ["bytes=0-4", { start: 0, end: 5 }],
    ["bytes=9-9", { start: 9, end: 10 }],
    ["bytes=5-", { start: 5, end: 10 }],
    ["bytes=5-9999999", { start: 5, end: 10 }],
    ["bytes=-3", { start: 7, end: 10 }],
    ["bytes=-300", { start: 0, end: 10 }],
    ["Bytes=0-0", { start: 0, end: 1 }],
  ])("%s is one part", (header, range) => expect(readRange(header, 10)).toEqual(range));

  test.each(["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999-"])("%s is no part of ten bytes", (header) =>
    expect(readRange(header, 10)).toBe("unsatisfiable"),
  );

  test.each([
    null,
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=5-4",
    "bytes=a-b",
    "bytes=1-2-3",
    "bytes=--5",
    "bytes=0x1-2",
    "items=0-4",
    "bytes=0-1,4-5",
    "bytes=0-,0-,0-,0-,0-",
    `bytes=${"9".repeat(400)}-`,
  ])("%j asks for everything", (header) => expect(readRange(header, 10)).toBeUndefined());

  test("an empty file has no parts, so everything of it is sent", () => {
    expect(readRange("bytes=0-", 0)).toBeUndefined();
    expect(readRange("bytes=-5", 0)).toBeUndefined();
  });
});

describe("stored bytes over HTTP", () => {
  const at = Date.parse("2026-01-02T03:04:05.678Z");
  let server: Bun.Server<undefined>;
  const folder = temporaryFolder();
  let what: Deliverable;
  beforeAll(async () => {
    const file = Bun.file(join(folder.path, "blob"));
    await file.write("0123456789");
    what = {
      size: 10,
      tag: "abc",
      modifiedAt: at,
      maxAge: 3600,
      headers: serveAs("text/plain", "ten.txt"),
      body: async (range) => (range ? file.slice(range.start, range.end) : file),
    };
    server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => deliver(request, what) });
  });
  afterAll(async () => {
    await server.stop(true);
    folder[Symbol.dispose]();
  });
  const ask = async (headers: Record<string, string> = {}, method = "GET") => {
    const response = await fetch(server.url, { method, headers });
    return { status: response.status, body: await response.text(), header: (name: string) => response.headers.get(name) };
  };

  test("a GET gets everything, with what a cache needs and nothing the file system knows", async () => {
    const answer = await ask();
    expect([answer.status, answer.body]).toEqual([200, "0123456789"]);
    expect(answer.header("etag")).toBe('"abc"');
    expect(answer.header("last-modified")).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    expect(answer.header("cache-control")).toBe("public, max-age=3600, immutable");
    expect(answer.header("accept-ranges")).toBe("bytes");
    expect(answer.header("content-length")).toBe("10");
    expect(answer.header("content-type")).toBe("text/plain; charset=utf-8");
    expect(answer.header("content-disposition")).toBe('inline; filename="ten.txt"');
    expect(answer.header("x-content-type-options")).toBe("nosniff");
  });

  test("a part is 206 with its place in the whole", async () => {
    const answer = await ask({ range: "bytes=-4" });
    expect([answer.status, answer.body]).toEqual([206, "6789"]);
    expect(answer.header("content-range")).toBe("bytes 6-9/10");
    expect(answer.header("content-length")).toBe("4");
    expect(answer.header("content-security-policy")).toContain("sandbox");
  });

  test("a part that is not there is 416 and says how much there is", async () => {
    const answer = await ask({ range: "bytes=10-" });
    expect([answer.status, answer.body]).toEqual([416, ""]);
    expect(answer.header("content-range")).toBe("bytes */10");
  });

  test("several parts at once are answered with everything", async () => {
    const answer = await ask({ range: "bytes=0-1,4-5" });
    expect([answer.status, answer.body, answer.header("content-range")]).toEqual([200, "0123456789", null]);
  });

  test("a part of a version the client no longer has is answered with everything", async () => {
    const range = "bytes=0-1";
    expect((await ask({ range, "if-range": '"abc"' })).status).toBe(206);
    expect((await ask({ range, "if-range": "Fri, 02 Jan 2026 03:04:05 GMT" })).status).toBe(206);
    for (const stale of ['"old"', 'W/"abc"', "Thu, 01 Jan 2026 00:00:00 GMT", "nonsense"]) {
      const answer = await ask({ range, "if-range": stale });
      expect([stale, answer.status, answer.body]).toEqual([stale, 200, "0123456789"]);
    }
  });

  test.each([
    { "if-none-match": '"abc"' },
    { "if-none-match": '"x", W/"abc"' },
    { "if-none-match": "*" },
    { "if-modified-since": "Fri, 02 Jan 2026 03:04:05 GMT" },
    { "if-none-match": '"abc"', range: "bytes=0-1" },
  ])("what the client has is 304: %j", async (headers) => {
    const answer = await ask(headers);
    expect([answer.status, answer.body, answer.header("etag")]).toEqual([304, "", '"abc"']);
  });

  test.each([
    { "if-none-match": '"other"' },
    { "if-none-match": '"other"', "if-modified-since": "Fri, 02 Jan 2026 03:04:05 GMT" },
    { "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT" },
    { "if-modified-since": "yesterday" },
  ])("what it does not have is sent: %j", async (headers) => expect((await ask(headers)).status).toBe(200));

  test("a condition on another version is 412", async () => {
    expect((await ask({ "if-match": '"other"' })).status).toBe(412);
    expect((await ask({ "if-match": '"abc"' })).status).toBe(200);
    expect((await ask({ "if-unmodified-since": "Thu, 01 Jan 2026 00:00:00 GMT" })).status).toBe(412);
  });

  test("a HEAD is a GET without the bytes, and knows no parts", async () => {
    const answer = await ask({ range: "bytes=0-1" }, "HEAD");
    expect([answer.status, answer.body, answer.header("etag"), answer.header("content-length")]).toEqual([
      200,
      "",
      '"abc"',
      "10",
    ]);
  });
});
