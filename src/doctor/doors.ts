import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";

import { listenError } from "../net/listen-error.ts";
import { type Finding, good, odd, wrong, wrongAsSaid } from "./finding.ts";
import type { Patient } from "./patient.ts";

interface Door {
  readonly about: string;
  readonly host: string;
  readonly port: number;
  /** What chooses another address and port. */
  readonly words: { readonly hostFlag: string; readonly portFlag: string };
}

const PATIENCE_MS = 3000;

/** Each port that the settings open: free while no server runs, answering while one does. */
export async function examineDoors(patient: Patient): Promise<Finding[]> {
  const { settings, server } = patient;
  const { websocket, tokens, tls } = settings;
  const running = server?.urls[0] === undefined ? undefined : URL.parse(server.urls[0]);
  const doors: Door[] = [
    ...(websocket.enabled
      ? [
          {
            about: "web port",
            host: websocket.host,
            port: Number(running?.port || (running ? defaultPort(running) : websocket.port)),
            words: { hostFlag: "--host", portFlag: "--port" },
          },
        ]
      : []),
    ...(tokens.enabled && tokens.listen
      ? [
          {
            about: "token port",
            host: tokens.host,
            port: tokens.port,
            words: { hostFlag: "tokens.host", portFlag: "tokens.port" },
          },
        ]
      : []),
    ...(tls.mode === "acme"
      ? [
          {
            about: "port for certificates",
            host: websocket.host,
            port: tls.acme.http_port,
            words: { hostFlag: "--host", portFlag: "tls.acme.http_port" },
          },
        ]
      : []),
  ];
  const findings = await Promise.all(doors.map((door) => (server ? answers(door) : isFree(door))));
  return [
    ...findings,
    ...(websocket.enabled ? [reach(patient)] : []),
    ...(tls.mode === "acme" ? await Promise.all(tls.domains.map(leadsHere)) : []),
  ];
}

const defaultPort = ({ protocol }: URL): number => (protocol === "wss:" ? 443 : 80);

function isFree({ about, host, port, words }: Door): Finding {
  if (port === 0) return good(about, "Any free one is taken.");
  try {
    Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true);
    return good(about, `${port} on ${host} is free.`);
  } catch (why) {
    return wrongAsSaid(about, listenError(why, { hostname: host, port }, words).message);
  }
}

async function answers({ about, host, port }: Door): Promise<Finding> {
  const near = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const connected = Promise.withResolvers<boolean>();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  signal.addEventListener("abort", () => connected.resolve(false));
  Bun.connect({
    hostname: near,
    port,
    socket: {
      open(socket) {
        socket.end();
        connected.resolve(true);
      },
      data() {},
      connectError: () => connected.resolve(false),
    },
  }).catch(() => connected.resolve(false));
  return (await connected.promise)
    ? good(about, `${port} on ${host} answers.`)
    : wrong(
        about,
        `${port} on ${host} does not answer, though a server runs.`,
        "Look for errors in its log; after a change of the port, restart it.",
      );
}

/** Whether others can come in at all, as far as this machine can tell. */
function reach({ settings: { websocket, tls } }: Patient): Finding {
  const local = /^(127\.|::1$|localhost$)/.test(websocket.host);
  if (local)
    return good("reach", "Only this machine can connect: for a reverse proxy here that is right, for others use --host 0.0.0.0.");
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal);
  if (outside.length === 0) return odd("reach", "This machine has no address in a network.", "Connect it to one.");
  if (tls.mode === "off" && websocket.trusted_proxies.length === 0)
    return odd(
      "reach",
      "Others can connect without encryption: passwords can be read on the way, and browsers give no microphone.",
      "Use --domain, --tls self or --tls files, or a reverse proxy (websocket.trusted_proxies).",
    );
  return good(
    "reach",
    `Others can connect by ${outside
      .map(({ address }) => address)
      .slice(0, 3)
      .join(", ")} where no firewall is in between.`,
  );
}

async function leadsHere(name: string): Promise<Finding> {
  const about = `name ${name}`;
  const own = new Set(Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address)));
  try {
    const found = await Promise.race([lookup(name, { all: true }), after(PATIENCE_MS)]);
    const addresses = found.map(({ address }) => address);
    return addresses.some((address) => own.has(address))
      ? good(about, `It leads to ${addresses.join(", ")}, which is here.`)
      : good(about, `It leads to ${addresses.join(", ")}: the router there has to pass on port 80 and the web port.`);
  } catch (why) {
    const code = (why as { code?: string }).code;
    return odd(
      about,
      code === "ENOTFOUND" ? "It leads nowhere." : "It could not be looked up.",
      "Set an A or AAAA record with your DNS provider, or check this machine's own connection.",
    );
  }
}

const after = (ms: number): Promise<never> =>
  new Promise((_, failed) => AbortSignal.timeout(ms).addEventListener("abort", () => failed(new Error("no answer"))));
