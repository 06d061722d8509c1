import { expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:tls";
import { join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { hasPebble, startPebble } from "../net/acme/pebble.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startServer } from "../support/server.ts";

// The binary is built and two programs are started, on machines that have other things to do.
setDefaultTimeout(60_000);

const NAME = "chat.example.org";

/** Resolves with the names of the certificate that a client is shown who trusts the root and looks for the name. */
const shown = (port: number, ca: string) =>
  new Promise<string | undefined>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername: NAME }, () => {
      resolve(socket.getPeerCertificate().subjectaltname);
      socket.destroy();
    });
    socket.on("error", reject);
  });

test.skipIf(!hasPebble)(
  "chat serve --domain obtains a certificate and puts it to use, and has it again after a restart; invites are links to that name",
  async () => {
    const { path: binary } = await buildBinary();
    using folder = temporaryFolder();
    await using pebble = await startPebble(folder.path);
    await pebble.lead(NAME, "127.0.0.1");
    const root = await pebble.root();
    const env = {
      PATH: "/nonexistent",
      HOME: folder.path,
      TMPDIR: folder.path,
      CHAT_DATA: join(folder.path, "data"),
      CHAT_TLS_ACME_DIRECTORY: pebble.url,
      CHAT_TLS_ACME_CA: pebble.ca,
      CHAT_TLS_ACME_HTTP_PORT: String(pebble.httpPort),
    };
    const words = ["--host", "127.0.0.1", "--domain", NAME, "--agree-tos"];
    const start = () => startServer(binary, words, { cwd: folder.path, env });
    const invited = () => new Response(Bun.spawn([binary, "invite"], { env, stderr: "ignore" }).stdout).text();
    {
      await using server = await start();
      const { hostname, port, protocol } = new URL(server.url);
      expect([protocol, hostname]).toEqual(["wss:", NAME]);
      await server.logged("certificate.changed");
      expect(await shown(Number(port), root)).toBe(`DNS:${NAME}`);
      const plain = await fetch(`http://127.0.0.1:${pebble.httpPort}/x`, { headers: { host: NAME }, redirect: "manual" });
      expect(plain.status).toBe(308);
      expect(await invited()).toStartWith(`https://${NAME}:${port}/call#invite=`);
      server.signal("SIGTERM");
      expect(await server.exited).toBe(0);
    }
    await using server = await start();
    expect(await shown(Number(new URL(server.url).port), root)).toBe(`DNS:${NAME}`);
  },
);
