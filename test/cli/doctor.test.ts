import { expect, test } from "bun:test";
import { join } from "node:path";

import { freePort } from "../net/acme/free-port.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startServer } from "../support/server.ts";

const binary = join(import.meta.dir, "../../dist/chat");

/** The compiled server with these doors, and what the doctor says of its ports. */
async function ports(words: readonly string[], settings: Readonly<Record<string, string>>) {
  using folder = temporaryFolder();
  const env = {
    PATH: "/nonexistent",
    HOME: folder.path,
    CHAT_DATA: join(folder.path, "data"),
    CHAT_TCP_PORT: "0",
    CHAT_TOKENS_PORT: "0",
    CHAT_TOKENS_APP_ID: "chat",
    CHAT_TOKENS_APP_SECRET: "0123456789abcdef0123456789abcdef",
    ...settings,
  };
  await using server = await startServer(binary, words, { cwd: folder.path, env });
  const doctor = Bun.spawn([binary, "doctor", "--json"], { cwd: folder.path, env, stdout: "pipe", stderr: "inherit" });
  const { findings } = (await new Response(doctor.stdout).json()) as {
    findings: { about: string; level: string; says: string }[];
  };
  server.signal("SIGTERM");
  await server.exited;
  return findings
    .filter(({ about }) => / ?port$/.test(about))
    .map(({ about, level, says }) => `${level} ${about}: ${says.replace(/^\d+/, "<port>")}`);
}

test("the doctor calls at every door of a running server, encrypted or not", async () => {
  const settings = { CHAT_TCP_ENABLED: "true", CHAT_TOKENS_ENABLED: "true", CHAT_METRICS_PORT: String(freePort()) };
  const tls = { CHAT_TLS_MODE: "self", CHAT_TCP_TLS_ENABLED: "true", CHAT_TCP_TLS_PORT: "0" };
  expect(await ports([], { ...settings, ...tls })).toEqual([
    "good web port: <port> on 127.0.0.1 answers: a WebSocket opens, and the handshake came.",
    "good line chat port: <port> on 127.0.0.1 answers: the greeting came.",
    "good encrypted line chat port: <port> on 127.0.0.1 answers: the greeting came.",
    "good token port: <port> on 127.0.0.1 answers: a request is answered.",
    "good metrics port: <port> on 127.0.0.1 answers: the figures came.",
    "good voice port: <port> (UDP) on 127.0.0.1 is free; the first call that is relayed takes it.",
  ]);
});

test("the doctor of a server with the line chat alone calls there and nowhere else", async () => {
  expect(await ports(["--tcp"], {})).toEqual(["good line chat port: <port> on 127.0.0.1 answers: the greeting came."]);
});
