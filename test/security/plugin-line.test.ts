// A plugin's WebSocket once went wherever a name led: a public name that its owner pointed at this network reached what listens there.
import { expect, test } from "bun:test";
import { openLine } from "../../src/net/line.ts";
import { generateKey, issueCertificate } from "../../src/net/self-signed.ts";

function listening(tls?: { key: string; cert: string }) {
  const hosts: (string | null)[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls && { tls }),
    fetch(req, at) {
      hosts.push(req.headers.get("host"));
      return at.upgrade(req) ? undefined : new Response(null, { status: 400 });
    },
    websocket: { open: (ws) => void ws.send("hello"), message() {} },
  });
  return { hosts, port: server.port, [Symbol.asyncDispose]: () => server.stop(true) };
}

const first = (url: string, options: Parameters<typeof openLine>[2]) =>
  new Promise<string>((done) => {
    const line = openLine(
      new URL(url),
      {
        message(text) {
          done(text);
          line.close();
        },
        closed: (code, reason) => done(`${code} ${reason}`),
      },
      { resolve: async () => ["127.0.0.1"], ...options },
    );
  });

test("a public name that leads to this host is not connected to", async () => {
  await using server = listening();
  expect(await first(`ws://evil.test:${server.port}/`, {})).toBe("1006 evil.test leads to an address that is not public.");
  expect(server.hosts).toEqual([]);
});

test("an address of this network is connected to only where the operator agreed to it", async () => {
  await using server = listening();
  expect(await first(`ws://127.0.0.1:${server.port}/`, {})).toBe("1006 127.0.0.1 leads to an address that is not public.");
  expect(await first(`ws://127.0.0.1:${server.port}/`, { allow: ["127.0.0.1"] })).toBe("hello");
});

test("the address is the one that was checked, and the certificate is still checked by the name", async () => {
  const key = await generateKey();
  const cert = await issueCertificate(key, { required: ["web.test"], alsoNow: [] }, Date.now());
  await using server = listening({ key, cert });
  const allow = ["web.test", "other.test"];
  expect(await first(`wss://web.test:${server.port}/`, { allow, ca: cert })).toBe("hello");
  expect(server.hosts).toEqual([`web.test:${server.port}`]);
  expect(await first(`wss://other.test:${server.port}/`, { allow, ca: cert })).toStartWith("1006 ");
});
