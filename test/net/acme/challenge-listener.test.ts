import { expect, test } from "bun:test";
import { openChallengeListener } from "../../../src/net/acme/challenge-listener.ts";
import { openRaw } from "./raw.ts";

const open = (httpsPort = 443) =>
  openChallengeListener({ hostname: "127.0.0.1", port: 0, domains: ["chat.example.org", "www.example.org"], httpsPort });
const get = (port: number, path: string, host = "chat.example.org", method = "GET") =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { host }, redirect: "manual", method });

test("a challenge is answered while it is shown, and only under its token", async () => {
  await using listener = open();
  const hide = listener.show("abc_-1", "abc_-1.thumb");
  const answer = await get(listener.port, "/.well-known/acme-challenge/abc_-1");
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    200,
    "application/octet-stream",
    "abc_-1.thumb",
  ]);
  expect((await get(listener.port, "/.well-known/acme-challenge/other")).status).toBe(404);
  hide();
  expect((await get(listener.port, "/.well-known/acme-challenge/abc_-1")).status).toBe(404);
});

test.each([
  [443, "chat.example.org", "/", "https://chat.example.org/"],
  [443, "www.example.org:80", "/a/b?c=d", "https://www.example.org/a/b?c=d"],
  [5613, "chat.example.org", "/", "https://chat.example.org:5613/"],
  [443, "evil.example.net", "/x", "https://chat.example.org/x"],
  [443, "chat.example.org", "/.well-known/acme-challenge/..%2f", "https://chat.example.org/.well-known/acme-challenge/..%2f"],
])("https on %p, Host %p: %p is at %p for good", async (httpsPort, host, path, location) => {
  await using listener = open(httpsPort);
  for (const method of ["GET", "POST"]) {
    const answer = await get(listener.port, path, host, method);
    expect([answer.status, answer.headers.get("location")]).toEqual([308, location]);
  }
});

test("a Host that is no host is refused", async () => {
  await using listener = open();
  expect(await openRaw(listener.port, "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n")).toStartWith("HTTP/1.1 400");
});

test("a port that is taken is named with its setting", async () => {
  await using listener = open();
  expect(() =>
    openChallengeListener({ hostname: "127.0.0.1", port: listener.port, domains: ["chat.example.org"], httpsPort: 443 }),
  ).toThrow(`Port ${listener.port} is in use by another program: choose another with tls.acme.http_port, or stop it.`);
});
