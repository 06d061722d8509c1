import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import type { CertificateError } from "../../../src/net/certificate.ts";
import { openListener } from "../../../src/net/listener.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { FakeClock } from "../../support/world.ts";
import { openClient } from "../socket-client.ts";
import { acmeSource } from "./acme-source.ts";
import { hasPebble, startPebble } from "./pebble.ts";

// Two programs are started for each test, on machines that have other things to do.
setDefaultTimeout(30_000);

const MINUTE = 60_000;
const [CHAT, VOICE] = ["chat.example.org", "voice.example.org"];

let open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync());

/** Pebble, and a source that asks it. Both go by the real time at first. */
async function world(domains: readonly string[], options: Parameters<typeof startPebble>[1] = {}) {
  open = new AsyncDisposableStack();
  const folder = open.use(temporaryFolder());
  const pebble = open.use(await startPebble(folder.path, options));
  const { url: directory, ca, httpPort } = pebble;
  const clock = new FakeClock(Date.now());
  return Object.assign(acmeSource(open, clock, { folder: folder.path, domains, directory, ca, httpPort }, { real: true }), {
    pebble,
  });
}

/** The certificate that a client is shown who trusts the root and looks for the name. */
const shown = (port: number, servername: string, ca: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", reject);
  });

describe.skipIf(!hasPebble)("with Pebble (Debian's package of that name)", () => {
  test("a certificate is obtained, put to use, and renewed, while a client stays connected", async () => {
    const source = await world([CHAT, VOICE]);
    const { pebble, start, obtained, pass, next } = source;
    for (const name of [CHAT, VOICE]) await pebble.lead(name, "127.0.0.1");
    const certificates = await start();
    await using listener = await openListener<undefined>({
      hostname: "127.0.0.1",
      port: 0,
      tls: certificates.current,
      http: () => new Response("hello"),
      failed: (error) => {
        throw error;
      },
      websocket: { path: "/", upgrade: () => undefined, message: (ws, frame) => void ws.send(frame) },
    });
    const port = Number(listener.url.port);
    const client = await openClient(listener.url, { tls: { ca: [certificates.current.cert] } });
    source.taken = (pair) => listener.swapTls(pair);
    const root = await pebble.root();
    await expect(shown(port, CHAT, root)).rejects.toThrow();

    const first = await obtained(certificates);
    expect(first.names).toEqual([CHAT, VOICE]);
    for (const name of [CHAT, VOICE]) expect(await shown(port, name, root)).toBe(first.fingerprint);
    expect(new X509Certificate(first.cert).issuer).toContain("Pebble Intermediate CA");

    // Of its hour, 40 minutes are over.
    await pass(41 * MINUTE);
    const second = await next();
    expect(second).toMatchObject({ names: [CHAT, VOICE] });
    expect(second).not.toMatchObject({ fingerprint: first.fingerprint });
    expect(await shown(port, CHAT, root)).toBe(certificates.current.fingerprint);
    client.ws.send("still here");
    expect(await client.next()).toBe("still here");
  });

  test("a directory that refuses a third of all nonces still gives a certificate", async () => {
    const { pebble, start, obtained } = await world([CHAT], { rejected: 33 });
    await pebble.lead(CHAT, "127.0.0.1");
    expect((await obtained(await start())).names).toEqual([CHAT]);
  });

  test("a name without an address is told with its remedy", async () => {
    const { start, pass, next } = await world([CHAT]);
    await start();
    await pass(1000);
    expect(((await next()) as CertificateError).message).toMatch(
      /^Port 80 of chat\.example\.org could not be reached by 127\.0\.0\.1:\d+ \(.*could not resolve.*\): the name must lead to this machine/,
    );
  });

  test("a name that leads to a machine with a closed port is told with its remedy", async () => {
    const { pebble, start, pass, next } = await world([CHAT]);
    await pebble.lead(CHAT, "127.0.0.2");
    await start();
    await pass(1000);
    expect(((await next()) as CertificateError).message).toMatch(
      /^Port 80 of chat\.example\.org could not be reached by 127\.0\.0\.1:\d+ \(.+\): the name must lead to this machine/,
    );
  });

  test("a name that leads to somebody else is told with its remedy", async () => {
    const { pebble, start, pass, next } = await world([CHAT, VOICE]);
    await pebble.lead(CHAT, "127.0.0.1");
    await pebble.lead(VOICE, "127.0.0.3");
    const other = Bun.serve({ hostname: "127.0.0.3", port: pebble.httpPort, fetch: () => new Response("hello") });
    open.defer(() => other.stop(true));
    await start();
    await pass(1000);
    expect(((await next()) as CertificateError).message).toMatch(
      /^Somebody else answers at http:\/\/voice\.example\.org \(.+\): its A and AAAA records must lead to this machine/,
    );
  });
});
