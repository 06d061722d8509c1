import { expect, test } from "bun:test";
import { join } from "node:path";
import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startServer } from "../support/server.ts";

test("the compiled server has the page for calls in it, and tells the way to it", async () => {
  const { path: binary } = await buildBinary();
  using folder = temporaryFolder();
  const env = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path, CHAT_DATA: join(folder.path, "data") };
  await using server = await startServer(binary, [], { cwd: folder.path, env });
  const base = server.url.replace(/^ws/, "http");
  const page = await fetch(`${base}/call`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const addresses = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(
    ([, address]) => new URL(address!, `${base}/call`),
  );
  expect(addresses.length).toBe(3);
  for (const address of addresses) {
    const head = await fetch(address, { method: "HEAD" });
    expect(head.status, address.href).toBe(200);
    expect(await head.text()).toBe("");
    const again = await fetch(address, { headers: { "if-none-match": head.headers.get("etag")! } });
    expect(again.status, address.href).toBe(304);
  }
  expect((await fetch(`${base}/call/page.ts`)).headers.get("content-type")).toStartWith("text/javascript");
  expect((await fetch(`${base}/call/nothing`)).status).toBe(404);
  expect((await fetch(`${base}/call`, { method: "POST" })).status).toBe(405);
  expect(await (await fetch(base)).text()).toContain("open /call in a browser");
});
