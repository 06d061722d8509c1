import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { type Listener, type ListenerOptions, openListener, type Socket } from "../../src/net/listener.ts";
import { ListenError } from "../../src/net/listen-error.ts";
import { openClient } from "./socket-client.ts";

interface State {
  readonly name: string;
}
type Options = Partial<Omit<ListenerOptions<State>, "websocket">> & { websocket?: Partial<ListenerOptions<State>["websocket"]> };

const failures: unknown[] = [];
const open = (options: Options = {}): Promise<Listener> =>
  openListener<State>({
    hostname: "127.0.0.1",
    port: 0,
    http: (req, remote) => new Response(`${new URL(req.url).pathname} for ${remote.address}`),
    failed: (error) => failures.push(error),
    ...options,
    websocket: {
      path: "/",
      upgrade: (req) => ({ name: new URL(req.url).searchParams.get("name") ?? "nobody" }),
      open: (ws) => void ws.subscribe("room"),
      message: (ws, frame) =>
        void ws.send(typeof frame === "string" ? `${ws.data.state.name} from ${ws.data.address}: ${frame}` : frame),
      ...options.websocket,
    },
  });

const client = (url: URL, headers: Record<string, string> = {}) => openClient(url, { headers });

/** A raw client that shakes hands and then never reads again. */
async function stalledClient(url: URL) {
  const socket = connect(Number(url.port), url.hostname);
  const shaken = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(String(bytes))));
  socket.on("error", () => {});
  socket.write(
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  expect(await shaken).toStartWith("HTTP/1.1 101");
  socket.pause();
  return socket;
}

describe("one door", () => {
  test("HTTP and WebSocket are answered on the same port", async () => {
    await using listener = await open();
    expect(Number(listener.url.port)).toBeGreaterThan(0);
    expect(await (await fetch(new URL("/info", listener.url))).text()).toBe("/info for 127.0.0.1");
    const ana = await client(new URL("/?name=ana", listener.url));
    ana.ws.send("hi");
    expect(await ana.next()).toBe("ana from 127.0.0.1: hi");
    expect(listener.connections).toBe(1);
    listener.publish("room", "to all");
    expect(await ana.next()).toBe("to all");
    listener.publish("another room", "not for ana");
    listener.publish("room", "again");
    expect(await ana.next()).toBe("again");
    ana.ws.close();
    await ana.closed;
  });

  test("an upgrade on another path, and a plain request on the socket's path, are HTTP", async () => {
    await using listener = await open();
    expect(await (await fetch(listener.url)).text()).toBe("/ for 127.0.0.1");
    await expect(client(new URL("/elsewhere", listener.url))).rejects.toThrow("refused");
  });

  test.each(["Host: a b", "Host: [::1", "Host: a:99999999", "Host: %", "Host:", "X-No-Host: 1"])(
    "a request whose address cannot be read (%s) is a 400 and no failure of ours",
    async (header) => {
      failures.length = 0;
      await using listener = await open();
      const socket = connect(Number(listener.url.port), listener.url.hostname);
      const answer = new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(String(bytes))));
      socket.write(`GET /x HTTP/1.1\r\n${header}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
      expect(await answer).toStartWith("HTTP/1.1 400 ");
      expect(failures).toEqual([]);
      socket.destroy();
    },
  );

  test("a socket path may be a family of paths", async () => {
    await using listener = await open({
      websocket: { path: (pathname) => pathname.startsWith("/c/"), upgrade: (req) => ({ name: new URL(req.url).pathname }) },
    });
    const ana = await client(new URL("/c/garden", listener.url));
    ana.ws.send("hi");
    expect(await ana.next()).toBe("/c/garden from 127.0.0.1: hi");
  });

  test("upgrade can refuse with a response of its own", async () => {
    await using listener = await open({ websocket: { upgrade: () => new Response("not today", { status: 403 }) } });
    const headers = {
      upgrade: "websocket",
      connection: "upgrade",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      "sec-websocket-version": "13",
    };
    const refused = await fetch(listener.url, { headers });
    expect([refused.status, await refused.text()]).toEqual([403, "not today"]);
    expect(listener.connections).toBe(0);
  });

  test("a publish can leave one socket out, and keeps its place among frames sent to one socket", async () => {
    const sockets: Socket<State>[] = [];
    await using listener = await open({
      websocket: {
        open(ws) {
          ws.subscribe("room");
          sockets.push(ws);
        },
      },
    });
    const ana = await client(listener.url);
    const ben = await client(listener.url);
    const [toAna] = sockets as [Socket<State>];
    listener.publish("room", "1");
    toAna.send("2");
    listener.publish("room", "3", toAna);
    toAna.send("4");
    listener.publish("room", "5");
    expect([await ana.next(), await ana.next(), await ana.next(), await ana.next()]).toEqual(["1", "2", "4", "5"]);
    expect([await ben.next(), await ben.next(), await ben.next()]).toEqual(["1", "3", "5"]);
    toAna.unsubscribe("room");
    listener.publish("room", "6", toAna);
    toAna.terminate();
    listener.publish("room", "7", toAna);
    await ana.closed;
    listener.publish("room", "8", toAna);
    expect([await ben.next(), await ben.next(), await ben.next()]).toEqual(["6", "7", "8"]);
  });

  test("a socket that changes from one topic to another misses nothing and hears nothing twice", async () => {
    const opened = Promise.withResolvers<Socket<State>>();
    await using listener = await open({
      websocket: {
        open(ws) {
          ws.subscribe("before");
          opened.resolve(ws);
        },
      },
    });
    const ana = await client(listener.url);
    const toAna = await opened.promise;
    listener.publish("before", "1");
    toAna.subscribe("after");
    toAna.unsubscribe("before");
    listener.publish("before", "not hers any more");
    listener.publish("after", "2");
    toAna.send("3");
    expect([await ana.next(), await ana.next(), await ana.next()]).toEqual(["1", "2", "3"]);
  });

  test("bytes arrive as bytes", async () => {
    const got = Promise.withResolvers<string | Uint8Array>();
    await using listener = await open({ websocket: { message: (_, frame) => got.resolve(frame) } });
    const ana = await client(listener.url);
    ana.ws.send(new Uint8Array([0, 255]));
    expect([...(await got.promise)]).toEqual([0, 255] as never);
  });
});

describe("a port that cannot be opened", () => {
  const refusal = async (options: Options) => {
    try {
      await using _ = await open(options);
    } catch (error) {
      if (error instanceof ListenError) return error;
      throw error;
    }
    throw new Error("it opened");
  };

  test("a busy port is named, with the remedy", async () => {
    await using first = await open();
    const error = await refusal({ port: Number(first.url.port) });
    expect(error.code).toBe("port-in-use");
    expect(error.message).toBe(`Port ${first.url.port} is in use by another program: choose another with --port, or stop it.`);
  });

  test("an address of another host is named, and so is a name that leads nowhere", async () => {
    expect((await refusal({ hostname: "203.0.113.7", port: 20010 })).message).toBe(
      "203.0.113.7 is not an address of this host: give one of its own with --host, or 0.0.0.0 for all of them.",
    );
    expect((await refusal({ hostname: "nowhere.invalid", port: 20010 })).code).toBe("address-unknown");
  });

  test("an unreadable trusted proxy is named", async () => {
    await expect(open({ trustedProxies: ["10.0.0.0/8", "my-proxy"] })).rejects.toThrow('"my-proxy" is not an address');
  });
});

describe("bounds", () => {
  test("a frame above the limit closes its socket with 1009 and no other", async () => {
    await using listener = await open({ maxFrameBytes: 1000 });
    const [big, small] = await Promise.all([client(listener.url), client(listener.url)]);
    big.ws.send("x".repeat(1001));
    expect((await big.closed).code).toBe(1009);
    small.ws.send("x".repeat(1000));
    expect(await small.next()).toEndWith("x".repeat(1000));
  });

  test("text that is not UTF-8 closes its socket with 1007", async () => {
    await using listener = await open();
    const socket = await stalledClient(listener.url);
    const answer = new Promise<Buffer>((resolve) => socket.once("data", resolve));
    socket.resume();
    socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]));
    const closing = await answer;
    expect([closing[0], closing.readUInt16BE(2)]).toEqual([0x88, 1007]);
    socket.destroy();
  });

  test("a request body above the limit is answered with 413, with a length or in chunks", async () => {
    await using listener = await open({
      maxBodyBytes: 1000,
      http: async (req) => new Response(String((await req.bytes()).length)),
    });
    const post = (body: BodyInit) => fetch(listener.url, { method: "POST", body });
    expect(await (await post("x".repeat(1000))).text()).toBe("1000");
    expect((await post("x".repeat(1001))).status).toBe(413);
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 4; i++) controller.enqueue(new Uint8Array(400));
        controller.close();
      },
    });
    expect((await post(chunks)).status).toBe(413);
  });

  test("above the limit of connections a client hears 503, and gets in when another leaves", async () => {
    await using listener = await open({ maxConnections: 1 });
    const ana = await client(listener.url);
    const refused = await fetch(listener.url);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
    expect(await refused.text()).toBe("The server has as many connections as it may have: try again later.\n");
    await expect(client(listener.url)).rejects.toThrow("refused");
    ana.ws.close();
    await ana.closed;
    expect((await fetch(listener.url)).status).toBe(200);
    await client(listener.url);
  });

  test("one address has its share (429) while others still get in", async () => {
    await using listener = await open({ maxConnectionsPerIp: 2, trustedProxies: ["127.0.0.1"] });
    const from = (address: string) => ({ "x-forwarded-for": address });
    await client(listener.url, from("2001:db8:0:1::1"));
    await client(listener.url, from("2001:db8:0:1::2"));
    const refused = await fetch(listener.url, { headers: from("2001:db8:0:1::3") });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([429, "*"]);
    expect(await refused.text()).toBe("Too many connections from this address: close one, or try again later.\n");
    const other = await client(listener.url, from("2001:db8:0:2::1"));
    other.ws.send("hi");
    expect(await other.next()).toBe("nobody from 2001:db8:0:2::1: hi");
  });

  const BUFFER = 256 * 1024;
  const FRAME = "x".repeat(16 * 1024);
  for (const way of ["send", "publish"] as const) {
    test(`a reader that stalls is closed when its buffer is full, and nobody else misses a frame (${way})`, async () => {
      const sockets: Socket<State>[] = [];
      const ended = Promise.withResolvers<Socket<State>>();
      let most = 0;
      await using listener = await open({
        outboundBufferBytes: BUFFER,
        websocket: {
          open(ws) {
            ws.subscribe("room");
            sockets.push(ws);
          },
          close: (ws) => ended.resolve(ws),
        },
      });
      const raw = await stalledClient(listener.url);
      const [stalled] = sockets as [Socket<State>];
      const ana = await client(listener.url);
      let sent = 0;
      // What the system takes for a reader that does not read is a few MiB; far beyond that the socket must be gone.
      while (listener.connections === 2 && sent < 4000) {
        if (way === "publish") listener.publish("room", FRAME);
        else for (const ws of sockets) ws.send(FRAME);
        sent += 1;
        most = Math.max(most, stalled.getBufferedAmount());
        expect(await ana.next()).toHaveLength(FRAME.length);
      }
      expect(await ended.promise).toBe(stalled);
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(BUFFER + FRAME.length + 16);
      expect(listener.connections).toBe(1);
      listener.publish("room", "still here");
      expect(await ana.next()).toBe("still here");
      raw.destroy();
    });
  }
});

describe("handlers that fail", () => {
  test("a throw or a rejection closes that socket with 1011 and is heard", async () => {
    failures.length = 0;
    await using listener = await open({
      websocket: {
        message(_, frame) {
          if (frame === "later") return Promise.reject(new Error("later"));
          throw new Error("now");
        },
      },
    });
    for (const how of ["now", "later"]) {
      const ana = await client(listener.url);
      ana.ws.send(how);
      expect((await ana.closed).code).toBe(1011);
    }
    expect(failures.map(String)).toEqual(["Error: now", "Error: later"]);
  });

  test("a throw in http is a 500 that says nothing of the cause", async () => {
    failures.length = 0;
    await using listener = await open({
      http() {
        throw new Error("a secret");
      },
    });
    const answer = await fetch(listener.url);
    expect([answer.status, await answer.text()]).toEqual([500, "The server failed to answer this request.\n"]);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(failures.map(String)).toEqual(["Error: a secret"]);
  });
});

describe("stopping", () => {
  test("stop refuses new connections at once and resolves when the last one has ended", async () => {
    const listener = await open();
    const ana = await client(listener.url);
    let over = false;
    const stopping = listener.stop().then(() => (over = true));
    await expect(fetch(listener.url)).rejects.toThrow();
    ana.ws.send("still");
    expect(await ana.next()).toEndWith(": still");
    listener.publish("room", "closing soon");
    expect(await ana.next()).toBe("closing soon");
    expect(over).toBe(false);
    ana.ws.close();
    await stopping;
    expect(listener.connections).toBe(0);
  });

  test("stopNow ends open connections", async () => {
    const listener = await open();
    const ana = await client(listener.url);
    await listener.stopNow();
    await ana.closed;
    expect(listener.connections).toBe(0);
  });

  test("stopNow cuts short a stop that waits", async () => {
    const listener = await open();
    const ana = await client(listener.url);
    const stopping = listener.stop();
    await listener.stopNow();
    await Promise.all([stopping, ana.closed]);
  });
});
