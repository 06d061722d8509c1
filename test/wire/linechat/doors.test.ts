import { describe, expect, test } from "bun:test";
import { connect } from "node:tls";
import { systemTimers } from "../../../src/kernel/clock.ts";
import { generateKey, issueCertificate } from "../../../src/net/self-signed.ts";
import { listenTcp } from "../../../src/net/tcp-listener.ts";
import { startLineChat } from "../../../src/serve-linechat.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { memoryLog, type SomeSettings, testApp } from "../../support/world.ts";

interface Pair {
  readonly cert: string;
  readonly key: string;
}
async function issued(): Promise<Pair> {
  const key = await generateKey();
  return { key, cert: await issueCertificate(key, { required: ["localhost", "127.0.0.1"], alsoNow: [] }, Date.now()) };
}

/** A line chat on free ports of this machine. */
async function doors(tcp: SomeSettings["tcp"] = {}, certificate?: Pair) {
  const app = await testApp({ tcp: { connection_timeout: false, port: 0, ...tcp } });
  const log = memoryLog();
  const open = await startLineChat({
    chat: app.linechat,
    settings: app.settings.tcp,
    certificate,
    log,
    timers: systemTimers,
  });
  return {
    port: open.port,
    open,
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await app.linechat.settled();
      await app[Symbol.asyncDispose]();
    },
  };
}
const GREETED = "This is the beginning of #general.\r\n";

describe("over a real socket", () => {
  test("a conversation as nc has it, in one piece or byte by byte", async () => {
    await using chat = await doors();
    using bob = await RawSocket.connect(chat.port);
    await bob.send("bob\r\n:join general\n:chat\n");
    await bob.until(GREETED);
    using carol = await RawSocket.connect(chat.port);
    for (const byte of Buffer.from("carol\n:join general\r\n:chat\r\0grüße\n")) await carol.send(Uint8Array.of(byte));
    expect(await bob.until("\n[carol     ]: grüße\r\n")).toContain("* carol joined the room");
  });

  test("a line of a megabyte, bytes that are no text, and negotiation in the middle of a word break nothing", async () => {
    await using chat = await doors();
    using bob = await RawSocket.connect(chat.port);
    await bob.send("bob\n:join general\n:chat\n");
    await bob.until(GREETED);
    await bob.send(`${"x".repeat(1 << 20)}\n`);
    await bob.until("That line is too long");
    await bob.send(Uint8Array.of(0xc3, 0x28, 0xff, 0xf1, 0x61, 0, 0xfe, 10));
    await bob.until("[bob       ]: \ufffd(a\ufffd");
  });

  test("what was said before the client closed its side is done", async () => {
    await using chat = await doors();
    using bob = await RawSocket.connect(chat.port);
    await bob.send("bob\n:join general\n:chat\nlast words");
    bob.finish();
    expect(await bob.rest()).toEndWith("[bob       ]: last words\r\n");
  });

  test("nobody more is let in than there is room for, and they are told so", async () => {
    await using chat = await doors({ max_connections_per_ip: 1 });
    using bob = await RawSocket.connect(chat.port);
    await bob.until("Enter a username: ");
    using carol = await RawSocket.connect(chat.port);
    expect(await carol.rest()).toBe("There are too many connections. Please try again later.\r\n");
  });

  test("the encrypted port speaks the same, and takes another certificate without a break", async () => {
    await using chat = await doors({ tls: { enabled: true, port: 0 } }, await issued());
    const greeted = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port: chat.open.tlsPort!, rejectUnauthorized: false });
        let heard = "";
        socket.on("error", reject);
        socket.on("data", (piece) => {
          heard += String(piece);
          if (!heard.includes("Enter a username: ")) return;
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
      });
    const first = await greeted();
    chat.open.swapTls(await issued());
    expect(await greeted()).not.toBe(first);
  });
});

test("somebody who reads too slowly gets last words where everything else was in vain", async () => {
  let send: (text: string) => void = () => {};
  await using listener = listenTcp({
    at: { hostname: "127.0.0.1", port: 0 },
    after: systemTimers.after,
    outboxBytes: 65_536,
    tooSlow: "too slow",
    allowed: ["127.0.0.0/8"],
    maxConnections: 2,
    idleMs: 60_000,
    graceMs: 100,
    open(peer) {
      send = (text) => peer.send(text);
      return { hear: () => peer.send("ready"), finish: () => peer.end(), idle() {} };
    },
    refuse: () => "",
    failed() {},
    words: { portFlag: "", hostFlag: "" },
  });
  using slow = await RawSocket.connect(listener.port!);
  await slow.send("x");
  await slow.until("ready");
  slow.socket.pause();
  for (let n = 0; n < 400; n++) send("x".repeat(65_536));
  slow.socket.resume();
  const heard = await slow.rest();
  expect(heard).toEndWith("xtoo slow");
  expect(heard.length).toBeLessThan(300 * 65_536);
});
