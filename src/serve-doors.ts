import { isIPv4 } from "node:net";

import type { Settings } from "./config/schema.ts";
import { namesOfThisHost } from "./net/self-signed.ts";
import type { LineDoors } from "./serve-linechat.ts";
import type { TokenDoors } from "./serve-tokens.ts";
import type { OpenDoor } from "./wire/control/protocol.ts";

export interface Opened {
  readonly web: URL | undefined;
  readonly lines: Pick<LineDoors, "port" | "tlsPort"> | undefined;
  readonly tokens: Pick<TokenDoors, "port"> | undefined;
  readonly metrics: URL | undefined;
}

/** Every port that a server listens on, with the numbers that the system gave where the settings ask for any. */
export function openDoors({ web, lines, tokens, metrics }: Opened, settings: Settings): readonly OpenDoor[] {
  const { websocket, tls, tcp } = settings;
  const door = (of: OpenDoor["of"], host: string, port: number | undefined, encrypted = false): OpenDoor[] =>
    port === undefined ? [] : [{ of, host, port, tls: encrypted }];
  return [
    ...door("web", websocket.host, web && portOf(web), web?.protocol === "https:"),
    ...door("line chat", tcp.host, lines?.port),
    ...door("encrypted line chat", tcp.host, lines?.tlsPort, true),
    ...door("tokens", settings.tokens.host, tokens?.port),
    ...door("metrics", "127.0.0.1", metrics && portOf(metrics)),
    ...door("certificates", websocket.host, tls.mode === "acme" ? tls.acme.http_port : undefined),
  ];
}

export const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === "https:" ? 443 : 80);

/** Where clients connect, `ws://` or `wss://`, and people with `nc` and `telnet`, `tcp://` or `tls://`. */
export function clientUrls(doors: readonly OpenDoor[], settings: Settings): string[] {
  const at = (of: OpenDoor["of"]) => doors.find((door) => door.of === of);
  const web = at("web");
  return [
    ...(web ? webUrls(web, settings) : []),
    ...[at("line chat"), at("encrypted line chat")].flatMap((door) =>
      door ? [`${door.tls ? "tls" : "tcp"}://${bracketed(door.host)}:${door.port}`] : [],
    ),
  ];
}

/** By the names of the certificate; else, where every network is listened on, each address by which this host can be reached. */
function webUrls({ host, port, tls: encrypted }: OpenDoor, { tls }: Settings): string[] {
  const reached = ["0.0.0.0", "::", "[::]"].includes(host)
    ? ["localhost", ...namesOfThisHost([]).required.filter((name) => isIPv4(name) && !name.startsWith("127."))]
    : [bracketed(host)];
  const shown = port === (encrypted ? 443 : 80) ? "" : `:${port}`;
  return (tls.mode === "acme" ? tls.domains : reached).map((name) => `${encrypted ? "wss" : "ws"}://${name}${shown}`);
}

const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
