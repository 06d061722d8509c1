import type { OpenDoor } from "../wire/control/protocol.ts";

/** What somebody who comes to a door meets. */
export type Heard = { readonly is: "greeted"; readonly says: string } | { readonly is: "full" | "silent" | "unreachable" };

interface Manner {
  /** What is said at the door; nothing where the server speaks first. */
  readonly say: string;
  readonly expect: RegExp;
  readonly full?: RegExp;
  readonly says: string;
}

const request = (path: string, ...more: string[]): string =>
  [`GET ${path} HTTP/1.1`, "Host: localhost", ...more, "", ""].join("\r\n");

const LINE_CHAT: Manner = { say: "", expect: /\w+ \w+/, full: /too many connections/, says: "the greeting came." };
const MANNERS: Readonly<Record<OpenDoor["of"], Manner>> = {
  web: {
    // The key is the example of RFC 6455 §1.3.
    say: request("/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), // prettier-ignore
    expect: /"cmd":"handshake"/,
    full: /^HTTP\/1\.1 (?:429|503)/,
    says: "a WebSocket opens, and the handshake came.",
  },
  "line chat": LINE_CHAT,
  "encrypted line chat": LINE_CHAT,
  tokens: { say: "{}\n", expect: /"success":/, full: /too many connections/, says: "a request is answered." },
  metrics: { say: request("/metrics", "Connection: close"), expect: /^chat_/m, says: "the figures came." },
  certificates: { say: request("/", "Connection: close"), expect: /^HTTP\/1\.1 [34]/, says: "who comes by http is led on." },
};

const PATIENCE_MS = 3000;
/** More is not needed to tell. */
const MOST_HEARD = 262_144;

/** Connects as a client would, and listens until it is clear who is there. Nothing is signed in or changed. */
export async function knock({ of, host, port, tls }: OpenDoor): Promise<Heard> {
  const { say, expect, full, says } = MANNERS[of];
  const over = Promise.withResolvers<Heard>();
  let heard = "";
  let connected = false;
  const end = () => over.resolve({ is: connected ? "silent" : "unreachable" });
  AbortSignal.timeout(PATIENCE_MS).addEventListener("abort", end);
  const decoder = new TextDecoder();
  const coming = Bun.connect({
    hostname: near(host),
    port,
    // Whom the certificate is for, and until when, is looked at elsewhere.
    ...(tls && { tls: { rejectUnauthorized: false } }),
    socket: {
      open(socket) {
        connected = true;
        socket.write(say);
      },
      data(_, piece) {
        heard += decoder.decode(piece, { stream: true });
        if (full?.test(heard)) over.resolve({ is: "full" });
        else if (expect.test(heard)) over.resolve({ is: "greeted", says });
        else if (heard.length > MOST_HEARD) end();
      },
      close: end,
      connectError: end,
    },
  });
  coming.catch(end);
  const found = await over.promise;
  void coming.then((socket) => socket.terminate()).catch(() => {});
  return found;
}

const near = (host: string): string =>
  host === "0.0.0.0" ? "127.0.0.1" : host === "::" || host === "[::]" ? "::1" : host.replace(/^\[(.*)\]$/, "$1");
