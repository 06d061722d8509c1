import { describe, expect, test } from "bun:test";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../../support/folder.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { heard, request, tokenScene } from "../../support/tokens.ts";

const asked = (seq: unknown) => request({ seq });

describe("requests on a raw socket", () => {
  test("a request may end in a NUL, a newline, CRLF or both, and every answer ends in both", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    for (const [seq, end] of ["\0", "\n", "\r\n", "\n\0", "\0\n", "\r\n\0"].entries()) {
      await socket.send(asked(seq) + end);
      expect(await heard(socket)).toMatchObject({ success: true, message: "OK", seq });
    }
  });

  test("a request in pieces of one byte is one request", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    for (const byte of Buffer.from(`${request({ displayName: "Zoë 🦊", seq: 1 })}\0`)) await socket.send(Uint8Array.of(byte));
    expect(await heard(socket)).toMatchObject({ success: true, seq: 1 });
  });

  test("many requests in one piece are answered in their order, whatever each ends in", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(`${asked(1)}\0${asked(2)}\n${asked(3)}\r\n\0not json\0${asked(4)}\0`);
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push(await heard(socket));
    expect(answers.map(({ success, seq }) => [success, seq])).toEqual([
      [true, 1],
      [true, 2],
      [true, 3],
      [false, undefined],
      [true, 4],
    ]);
  });

  test("two hundred requests in one piece are all answered", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(Array.from({ length: 200 }, (_, seq) => `${asked(seq)}\n`).join(""));
    for (let seq = 0; seq < 200; seq++) expect(await heard(socket)).toMatchObject({ success: true, seq });
  });

  test("blank lines and NULs between requests are no requests", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(`\n\0\r\n  \t\0\0\n${asked("only")}\n`);
    expect(await heard(socket)).toMatchObject({ success: true, seq: "only" });
    socket.finish();
    expect(await socket.rest()).toBe("");
  });

  test("a request that the end of the connection ends is answered", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(asked(9));
    socket.finish();
    expect(await heard(socket)).toMatchObject({ success: true, seq: 9 });
    expect(await socket.rest()).toBe("");
  });

  test("what is not UTF-8 is answered, and the connection goes on", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(
      Buffer.concat([Buffer.from('{"cmd":"'), Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]), Buffer.from('"}\0')]),
    );
    expect(await heard(socket)).toMatchObject({ success: false, message: "The request is not valid UTF-8", token: "" });
    await socket.send(`${asked(2)}\0`);
    expect(await heard(socket)).toMatchObject({ success: true, seq: 2 });
  });

  test("a line of a megabyte is answered once with the limit, and the connection is closed", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(`${asked(1)}\n`);
    void socket.send("x".repeat(1_048_576)).catch(() => {});
    expect(await heard(socket)).toMatchObject({ success: true, seq: 1 });
    expect(await heard(socket)).toMatchObject({ success: false, message: "A request may have at most 65536 bytes", token: "" });
    expect(await socket.rest()).toBe("");
  });

  test("a request of exactly the limit is read, one byte more is not", async () => {
    await using scene = await tokenScene();
    using socket = await scene.connect();
    const padded = (length: number) => request({ seq: "x".repeat(length - request({ seq: "" }).length) });
    await socket.send(`${padded(65_536)}\0`);
    expect((await heard(socket)).success).toBe(true);
    await socket.send(`${padded(65_537)}\0`);
    expect(await heard(socket)).toMatchObject({ success: false, message: "A request may have at most 65536 bytes" });
  });

  test("whoever asks nothing for long is told so and let go", async () => {
    await using scene = await tokenScene({ idle_seconds: 60 });
    using socket = await scene.connect();
    await socket.send(`${asked(1)}\0{"cmd":`);
    await heard(socket);
    scene.app.clock.advance(61_000);
    expect(await heard(socket)).toMatchObject({ success: false, message: "Nothing was asked for 60 s" });
    expect(await socket.rest()).toBe("");
  });
});

describe("who may ask", () => {
  test("an address that is not allowed is told so and closed", async () => {
    await using scene = await tokenScene({ allowed_addresses: ["192.0.2.0/24"] });
    using socket = await scene.connect();
    expect(await heard(socket)).toMatchObject({ success: false, message: "This address may not ask for tokens", token: "" });
    expect(await socket.rest()).toBe("");
    expect(scene.app.log.lines).toContainEqual({
      level: "warn",
      event: "tokens.turned-away",
      fields: { address: "127.0.0.1", why: "stranger" },
    });
  });

  test("one connection too many is told so, and a place that is left can be taken", async () => {
    await using scene = await tokenScene({ max_connections: 1 });
    const first = await scene.connect();
    await first.send(`${asked(1)}\0`);
    await heard(first);
    const second = await scene.connect();
    expect(await heard(second)).toMatchObject({ success: false, message: "There are too many connections" });
    first.finish();
    await first.rest();
    first.close();
    for (;;) {
      using third = await scene.connect();
      await third.send(`${asked(3)}\0`);
      if ((await heard(third)).success) break;
    }
  });

  test("too many requests are answered with how long to wait", async () => {
    await using scene = await tokenScene({ requests_per_minute: 4 });
    using socket = await scene.connect();
    await socket.send(`${asked(1)}\0${asked(2)}\0`);
    expect(await heard(socket)).toMatchObject({ success: true });
    expect(await heard(socket)).toMatchObject({ success: false, message: "Too many requests: wait 15 s", token: "" });
    scene.app.clock.advance(15_000);
    await socket.send(`${asked(3)}\0`);
    expect(await heard(socket)).toMatchObject({ success: true, seq: 3 });
  });

  test("with a shared secret a request without it gets nothing", async () => {
    await using scene = await tokenScene({ shared_secret: "sesame" });
    using socket = await scene.connect();
    for (const auth of [undefined, "", "Sesame", 7, ["sesame"]]) {
      await socket.send(`${request({ auth, seq: 1 })}\0`);
      expect(await heard(socket)).toEqual({
        success: false,
        message: "auth is missing or wrong",
        token: "",
        time: expect.any(Number),
        seq: 1,
      });
    }
    await socket.send(`${request({ auth: "sesame" })}\0`);
    expect(await heard(socket)).toMatchObject({ success: true });
  });

  test("stopping answers what was asked and closes", async () => {
    const scene = await tokenScene();
    using socket = await scene.connect();
    await socket.send(`${asked(1)}\0`);
    await heard(socket);
    const stopped = scene.doors[Symbol.asyncDispose]();
    expect(await socket.rest()).toBe("");
    socket.close();
    await stopped;
    await scene.app[Symbol.asyncDispose]();
  });
});

describe("a Unix socket", () => {
  test("serves programs of the same user, beside or without the port, and goes with the server", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "tokens.sock");
    const scene = await tokenScene({ listen: false, socket: path, allowed_addresses: ["192.0.2.0/24"] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    using socket = await RawSocket.connect(path);
    await socket.send(`${asked(1)}\0${asked(2)}\n`);
    expect(await heard(socket)).toMatchObject({ success: true, seq: 1 });
    expect(await heard(socket)).toMatchObject({ success: true, seq: 2 });
    expect(scene.app.log.lines.find(({ event }) => event === "token.minted")?.fields["by"]).toBe(`tokens ${path}`);
    socket.close();
    await scene[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(false);
  });

  test("a file that a killed server left is taken over; a living server's, or another file, is not", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "tokens.sock");
    const left = Bun.spawnSync([
      process.execPath,
      "-e",
      `Bun.listen({ unix: ${JSON.stringify(path)}, socket: { data() {} } }); process.kill(process.pid, 9)`,
    ]);
    expect(left.signalCode).toBe("SIGKILL");
    expect(statSync(path).isSocket()).toBe(true);
    await using scene = await tokenScene({ listen: false, socket: path });
    using socket = await RawSocket.connect(path);
    await socket.send(`${asked(1)}\0`);
    expect(await heard(socket)).toMatchObject({ success: true });
    await expect(tokenScene({ listen: false, socket: path })).rejects.toThrow(`Another program listens on ${path}`);
    expect(scene.doors.port).toBeUndefined();
    const file = join(folder.path, "file");
    writeFileSync(file, "precious");
    await expect(tokenScene({ listen: false, socket: file })).rejects.toThrow(`${file} is there already, and is no socket`);
    expect(existsSync(file)).toBe(true);
  });
});

test("those who are turned away are not kept in any number", async () => {
  await using scene = await tokenScene({ max_connections: 2 });
  const all: RawSocket[] = [];
  for (let n = 0; n < 12; n++) all.push(await scene.connect());
  const ends = await Promise.all(all.slice(2).map((socket) => socket.rest()));
  const told = ends.filter((text) => text.includes("There are too many connections"));
  expect(told).toHaveLength(2);
  expect(ends.filter((text) => text === "")).toHaveLength(8);
});
