import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { callPage } from "../../src/web/call-page.ts";

const SINCE = Date.UTC(2026, 0, 1);
const page = callPage(SINCE);
const ask = (path: string, method = "GET", headers: Record<string, string> = {}) =>
  page(new Request(`http://chat.test${path}`, { method, headers }));
const files = readdirSync(join(import.meta.dir, "../../src/web/call"));
const addressOf = (file: string) => (file === "page.html" ? "/call" : `/call/${file}`);

describe("the page for calls", () => {
  test("is made of every file in its folder, each of the type that browsers want", async () => {
    const types: Record<string, string> = { html: "text/html", css: "text/css", svg: "image/svg+xml", ts: "text/javascript" };
    for (const file of files) {
      const answer = (await ask(addressOf(file)))!;
      expect(answer.status, file).toBe(200);
      expect(answer.headers.get("content-type"), file).toStartWith(types[file.split(".").at(-1)!]!);
      expect((await answer.text()).length, file).toBeGreaterThan(50);
    }
    expect(files.length).toBeGreaterThan(10);
  });

  test("gives scripts without types, which import nothing that is not given too", async () => {
    for (const file of files.filter((name) => name.endsWith(".ts"))) {
      const script = await (await ask(addressOf(file)))!.text();
      const { imports } = new Bun.Transpiler({ loader: "js" }).scan(script);
      for (const { path } of imports) expect(files, `${file} imports ${path}`).toContain(path.replace("./", ""));
    }
  });

  test("lets nothing in but what the server gives: no script or style in the page, no frame around it", async () => {
    const { headers } = (await ask("/call"))!;
    const policy = headers.get("content-security-policy")!;
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("permissions-policy")).toContain("microphone=(self)");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    const html = await (await ask("/call"))!.text();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  test("is asked for anew each time, and not sent again when it is the same", async () => {
    const first = (await ask("/call"))!;
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const tag = first.headers.get("etag")!;
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = (await ask("/call", "GET", { "if-none-match": tag }))!;
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect((await ask("/call/main.ts"))!.headers.get("etag")).not.toBe(tag);
  });

  test("answers HEAD as it answers GET, without a body", async () => {
    for (const path of ["/call", "/call/page.css"]) {
      const [get, head] = [(await ask(path))!, (await ask(path, "HEAD"))!];
      expect(head.status).toBe(200);
      expect(await head.text()).toBe("");
      expect([...head.headers]).toEqual([...get.headers]);
    }
  });

  test("is not there beside itself, and leaves other addresses and methods to others", async () => {
    for (const path of ["/call/", "/call/sources.ts", "/call/../page.css", "/call/%2e%2e/app.ts", "/call/constructor"]) {
      const answer = await ask(path);
      if (answer) expect(answer.status, path).toBe(404);
      else expect(new URL(`http://chat.test${path}`).pathname, path).not.toStartWith("/call/");
    }
    for (const [path, method] of [
      ["/", "GET"],
      ["/calls", "GET"],
      ["/info", "GET"],
      ["/call", "POST"],
      ["/call", "OPTIONS"],
    ] as const)
      expect(ask(path, method), `${method} ${path}`).toBeUndefined();
  });
});
