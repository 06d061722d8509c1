import { expect, test } from "bun:test";
import { listenMetrics } from "../../src/net/metrics-listener.ts";

test("figures are served on this machine's loopback alone, at one path, to readers only", async () => {
  let asked = 0;
  await using metrics = listenMetrics(0, () => `chat_asked_total ${++asked}\n`);
  expect(metrics.url.hostname).toBe("127.0.0.1");
  const at = (path: string, init?: RequestInit) => fetch(new URL(path, metrics.url), init);
  const answer = await at("/metrics");
  expect(answer.headers.get("content-type")).toContain("version=0.0.4");
  expect(await answer.text()).toBe("chat_asked_total 1\n");
  expect(await (await at("/metrics")).text()).toBe("chat_asked_total 2\n");
  expect((await at("/")).status).toBe(404);
  expect((await at("/metrics", { method: "POST", body: "x" })).status).toBe(405);
});

test("a busy port is named in a sentence", async () => {
  await using first = listenMetrics(0, () => "");
  expect(() => listenMetrics(Number(first.url.port), () => "")).toThrow(
    `Port ${first.url.port} is in use by another program: choose another with metrics.port, or stop it.`,
  );
});
