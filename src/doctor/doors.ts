import type { Settings } from "../config/schema.ts";
import { listenError, type ListenWords } from "../net/listen-error.ts";
import type { OpenDoor } from "../wire/control/protocol.ts";
import { type Finding, good, odd, wrong, wrongAsSaid } from "./finding.ts";
import { knock } from "./knock.ts";
import type { Patient } from "./patient.ts";

/** A port that the settings open, and what chooses another. */
interface Wanted extends OpenDoor {
  readonly words: ListenWords;
}

const ABOUT: Readonly<Record<OpenDoor["of"], string>> = {
  web: "web port",
  "line chat": "line chat port",
  "encrypted line chat": "encrypted line chat port",
  tokens: "token port",
  metrics: "metrics port",
  certificates: "port for certificates",
};

/** Each port: free while no server runs; while one does, whether it is answered there as it should be. */
export async function examineDoors({ settings, server }: Patient): Promise<Finding[]> {
  const wanted = wantedDoors(settings);
  if (!server) return wanted.map((door, index) => isFree(door, wanted.slice(0, index)));
  const closed = wanted.filter(({ of }) => !server.doors.some((door) => door.of === of));
  return [
    ...(await Promise.all(server.doors.map(answers))),
    ...closed.map(({ of }) =>
      good(ABOUT[of], "The settings here open it; the server that runs was started with others, or before."),
    ),
  ];
}

function wantedDoors({ websocket, tls, tcp, tokens, metrics }: Settings): Wanted[] {
  const door = (of: OpenDoor["of"], host: string, port: number, portFlag: string, hostFlag: string, encrypted = false) => [
    { of, host, port, tls: encrypted, words: { portFlag, hostFlag } },
  ];
  return [
    ...(websocket.enabled ? door("web", websocket.host, websocket.port, "--port", "--host", tls.mode !== "off") : []),
    ...(tcp.enabled ? door("line chat", tcp.host, tcp.port, "--tcp-port", "tcp.host") : []),
    ...(tcp.enabled && tcp.tls.enabled
      ? door("encrypted line chat", tcp.host, tcp.tls.port, "tcp.tls.port", "tcp.host", true)
      : []),
    ...(tokens.enabled && tokens.listen ? door("tokens", tokens.host, tokens.port, "tokens.port", "tokens.host") : []),
    ...(metrics.port ? door("metrics", "127.0.0.1", metrics.port, "metrics.port", "metrics.port") : []),
    ...(tls.mode === "acme" ? door("certificates", websocket.host, tls.acme.http_port, "tls.acme.http_port", "--host") : []),
  ];
}

function isFree({ of, host, port, words }: Wanted, others: readonly Wanted[]): Finding {
  const about = ABOUT[of];
  if (port === 0) return good(about, "Any free one is taken.");
  const same = others.find((other) => other.port === port && overlap(other.host, host));
  if (same) return wrong(about, `${port} is the ${ABOUT[same.of]} already.`, `Choose another with ${words.portFlag}.`);
  try {
    Bun.listen({ hostname: host, port, socket: { data() {} } }).stop(true);
    return good(about, `${port} on ${host} is free.`);
  } catch (why) {
    return wrongAsSaid(about, listenError(why, { hostname: host, port }, words).message);
  }
}

const EVERYWHERE = new Set(["0.0.0.0", "::", "[::]"]);
const overlap = (one: string, other: string): boolean => one === other || EVERYWHERE.has(one) || EVERYWHERE.has(other);

async function answers(door: OpenDoor): Promise<Finding> {
  const about = ABOUT[door.of];
  const at = `${door.port} on ${door.host}`;
  const heard = await knock(door);
  switch (heard.is) {
    case "greeted":
      return good(about, `${at} answers: ${heard.says}`);
    case "full":
      return odd(
        about,
        `${at} answers that there are too many connections.`,
        "See who they are (chat watch), or raise the limit of connections.",
      );
    case "unreachable":
      return wrong(about, `${at} does not answer, though a server runs.`, "Look for errors in its log, and restart it.");
    case "silent":
      return wrong(
        about,
        `${at} takes connections, and what should come there does not.`,
        "Look for errors in the server's log, and restart it.",
      );
  }
}
