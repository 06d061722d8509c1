import { expect, test } from "bun:test";
import { type Figure, jsonLine, meets, ratioOf, table } from "./figures.ts";
import { RawSocket } from "./raw-socket.ts";

test("the load's client counts news of every size, whole or in pieces, and answers questions with text", async () => {
  const sizes = [100, 125, 126, 5000, 65_535, 65_536, 300_000];
  await using server = Bun.serve<undefined, never>({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (req, self) => (self.upgrade(req, { data: undefined }) ? undefined : new Response()),
    websocket: {
      message(ws, text) {
        ws.ping();
        ws.send("short");
        for (const size of sizes) ws.send("x".repeat(size));
        ws.send(`{"end":true,"heard":${String(text).length}}`.padEnd(120));
      },
    },
  });
  const client = await RawSocket.connect(server.port!, "10.0.0.1");
  const counted = new Promise<void>((go) => (client.onNews = () => client.frames === sizes.length + 1 && go()));
  client.send("y".repeat(70_000));
  await counted;
  expect(client.bytes).toBeGreaterThan(sizes.reduce((sum, size) => sum + size));
  const answer = client.heard(`"end"`);
  client.send("z".repeat(200));
  expect(await answer).toStartWith(`{"end":true,"heard":200}`);
  client.close();
});

test("a figure is judged by its ratio or by itself, and one that could not be taken is not called good", () => {
  const figure: Figure = { name: "speed", unit: "/s", chat: 80, floor: 100, target: { of: "ratio", least: 0.7 } };
  expect(ratioOf(figure)).toBe(0.8);
  expect(meets(figure)).toBe(true);
  expect(meets({ ...figure, chat: 60 })).toBe(false);
  expect(meets({ ...figure, target: { of: "figure", most: 60 } })).toBe(false);
  expect(meets({ ...figure, chat: Number.NaN })).toBe(false);
  expect(meets({ name: "speed", unit: "/s", chat: 80, floor: 100 })).toBeUndefined();
  expect(table([figure])).toContain("≥ 0.7");
  expect(JSON.parse(jsonLine(figure))).toMatchObject({ name: "speed", ratio: 0.8, met: true });
});
