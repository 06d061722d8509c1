import { expect, test } from "bun:test";

import { waitBefore } from "../../../src/net/tcp-dialer.ts";
import { rawServer } from "../../support/raw-socket.ts";
import { heard, request, tokenScene } from "../../support/tokens.ts";

const outbound = (port: number) => ({ listen: false, outbound: { host: "127.0.0.1", port } });

/** Resolves with the log's next line of this event, letting the loop turn meanwhile. */
async function logged(lines: readonly { event: string; fields: Record<string, unknown> }[], event: string, count = 1) {
  for (;;) {
    const found = lines.filter((line) => line.event === event);
    if (found.length >= count) return found[count - 1]!.fields;
    await new Promise((turn) => setImmediate(turn));
  }
}

test("a game server that is dialled asks over that connection and is answered there", async () => {
  await using game = await rawServer();
  await using scene = await tokenScene(outbound(game.port));
  using socket = await game.next();
  await socket.send(`${request({ seq: 1 })}\0${request({ seq: 2, moderator: 3 })}\n`);
  expect(await heard(socket)).toMatchObject({ success: true, message: "OK", seq: 1 });
  expect(await heard(socket)).toMatchObject({ success: false, message: "moderator must be true or false", seq: 2 });
  expect(scene.doors.dialled).toBe(true);
  expect(scene.doors.port).toBeUndefined();
  const minted = scene.app.log.lines.find(({ event }) => event === "token.minted");
  expect(minted?.fields["by"]).toBe(`tokens 127.0.0.1 port ${game.port}`);
});

test("a connection that is lost is made again, after a wait, and why is in the log", async () => {
  await using game = await rawServer();
  await using scene = await tokenScene(outbound(game.port));
  const { lines } = scene.app.log;
  for (let lost = 1; lost <= 3; lost++) {
    using socket = await game.next();
    await socket.send(`${request({ seq: lost })}\0`);
    expect(await heard(socket)).toMatchObject({ success: true, seq: lost });
    socket.close();
    const { sentence, againMs } = await logged(lines, "tokens.undialled", lost);
    expect(sentence).toBe(`127.0.0.1 port ${game.port} has closed the connection.`);
    expect(againMs).toBeLessThanOrEqual(1000);
    scene.app.clock.advance(againMs as number);
  }
  using _ = await game.next();
});

test("a server that is not there is tried again with growing waits, and is found when it comes", async () => {
  const reserved = await rawServer();
  const { port } = reserved;
  await reserved[Symbol.asyncDispose]();
  await using scene = await tokenScene(outbound(port));
  const { lines } = scene.app.log;
  const waits: number[] = [];
  for (let tries = 1; tries <= 8; tries++) {
    const { sentence, againMs } = await logged(lines, "tokens.undialled", tries);
    expect(sentence).toBe(`Nobody listens on 127.0.0.1 port ${port}.`);
    waits.push(againMs as number);
    if (tries < 8) scene.app.clock.advance(againMs as number);
  }
  for (const [n, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(Math.min(60_000, 1000 * 2 ** n) / 2);
    expect(wait).toBeLessThanOrEqual(Math.min(60_000, 1000 * 2 ** n));
  }
  await using game = await rawServer(port);
  scene.app.clock.advance(waits.at(-1)!);
  using socket = await game.next();
  await socket.send(`${request({ seq: "late" })}\n`);
  expect(await heard(socket)).toMatchObject({ success: true, seq: "late" });
});

test("a server that takes the connection and closes it at once is not hammered", async () => {
  await using game = await rawServer();
  await using scene = await tokenScene(outbound(game.port));
  for (let tries = 1; tries <= 5; tries++) {
    (await game.next()).close();
    const { againMs } = await logged(scene.app.log.lines, "tokens.undialled", tries);
    expect(againMs).toBeGreaterThanOrEqual((1000 * 2 ** (tries - 1)) / 2);
    scene.app.clock.advance(againMs as number);
  }
});

test("a request of a megabyte on the connection we made is answered with the limit and ends it", async () => {
  await using game = await rawServer();
  await using scene = await tokenScene(outbound(game.port));
  using socket = await game.next();
  void socket.send("x".repeat(1_048_576)).catch(() => {});
  expect(await heard(socket)).toMatchObject({ success: false, message: "A request may have at most 65536 bytes" });
  expect(await socket.rest()).toBe("");
  socket.close();
  await logged(scene.app.log.lines, "tokens.undialled");
});

test("stopping gives a dialled connection up for good", async () => {
  await using game = await rawServer();
  const scene = await tokenScene(outbound(game.port));
  using socket = await game.next();
  const stopped = scene[Symbol.asyncDispose]();
  expect(await socket.rest()).toBe("");
  socket.close();
  await stopped;
  expect(scene.app.log.lines.filter(({ event }) => event === "tokens.undialled")).toEqual([]);
});

test("the waits double up to a minute and are spread over their upper half", () => {
  expect([0, 1, 2, 5, 6, 40].map((n) => waitBefore(n, 0))).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
  expect([0, 6].map((n) => waitBefore(n, 0.5))).toEqual([750, 45_000]);
});
