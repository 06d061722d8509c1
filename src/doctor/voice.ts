import type { Settings } from "../config/schema.ts";
import { isPublic, parseAddress } from "../net/address.ts";
import { ListenError } from "../net/listen-error.ts";
import { freeUdpPort } from "../net/udp-port.ts";
import { type Finding, good, odd, wrongAsSaid } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { LOOPBACK, outside } from "./reach.ts";

const PATIENCE_MS = 1000;
const EVERYWHERE = /^(0\.0\.0\.0|::|\[::\])$/;
const NO_RELAY =
  "The server tells who is in a call and relays no sound (voice.engine off): no port or address of this machine takes part." +
  " originChats' web client finds the others by 0.peerjs.com and a public TURN server, which each member has to reach.";

/** What calls need of this machine: a UDP port, addresses that clients can reach, a browser that gives its microphone, and packets that come through. */
export async function examineVoice(patient: Patient): Promise<Finding[]> {
  const { settings } = patient;
  if (settings.voice.engine === "off") return [good("voice", NO_RELAY), await network()];
  if (!settings.websocket.enabled) return [good("voice", "There are no calls without the web port (websocket.enabled).")];
  const at = whereabouts(patient);
  return [
    good(
      "voice",
      `Calls are relayed to clients that use that, such as the page /call of the web port (engine ${settings.voice.engine}); the others reach each other past the server.`,
    ),
    await portOf(at, patient),
    addresses(at, settings),
    microphone(settings),
    await network(),
  ];
}

interface Whereabouts {
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
  readonly advertised: readonly string[];
}

function whereabouts({ settings: { voice, websocket }, server }: Patient): Whereabouts {
  if (server?.voice) return server.voice;
  const host = (voice.host || websocket.host).replace(/^\[(.*)\]$/, "$1");
  return { host, port: voice.port || websocket.port, advertised: voice.public_address };
}

async function portOf({ host, port }: Whereabouts, { server }: Patient): Promise<Finding> {
  const about = "voice port";
  if (server && !server.voice)
    return good(about, "The settings here open one; the server that runs was started with others, or before.");
  if (server?.voice?.open) return good(about, `${port} (UDP) on ${host} is the running server's.`);
  if (port === 0) return good(about, "Any free one is taken.");
  try {
    await freeUdpPort(host, port, { portFlag: "voice.port", hostFlag: "voice.host" });
    return good(about, `${port} (UDP) on ${host} is free; the first call that is relayed takes it.`);
  } catch (why) {
    if (why instanceof ListenError) return wrongAsSaid(about, why.message);
    throw why;
  }
}

/** Whether people are to come from anywhere: by a name, or through a proxy. */
const isForAll = ({ tls, server, websocket }: Settings): boolean =>
  tls.mode === "acme" || tls.mode === "files" || server.url !== "" || websocket.trusted_proxies.length > 0;

function addresses({ host, port, advertised }: Whereabouts, settings: Settings): Finding {
  const about = "voice addresses";
  const own = EVERYWHERE.test(host) ? outside() : [host];
  const told = [...advertised, ...own];
  const few = told.slice(0, 3).join(", ") || "none";
  if (!advertised.length && LOOPBACK.test(host)) {
    const here = `Clients are told ${host}: only those on this machine hear each other through the server.`;
    return isForAll(settings)
      ? odd(about, here, "Set voice.host to 0.0.0.0 for every network of this machine: a reverse proxy does not pass on UDP.")
      : good(about, here);
  }
  if (told.some((one) => isPublic(parseAddress(one) ?? parseAddress("127.0.0.1")!)))
    return good(about, `Clients are told ${few}.`);
  const near = `Clients are told ${few}: private, so only those in the same network hear each other through the server.`;
  return isForAll(settings)
    ? odd(
        about,
        near,
        `Set voice.public_address to the router's address as others see it, and let the router pass UDP port ${port || "(voice.port)"} on to this machine.`,
      )
    : good(about, near);
}

function microphone({ websocket, tls }: Settings): Finding {
  const about = "microphone";
  if (tls.mode !== "off")
    return good(about, "The page comes by https: browsers give it the microphone once they trust the certificate.");
  if (LOOPBACK.test(websocket.host))
    return good(
      about,
      "Browsers give the microphone to pages of this machine; to others only by https, which a reverse proxy here can do.",
    );
  if (websocket.trusted_proxies.length)
    return good(about, "Browsers give the microphone to a page that the reverse proxy serves by https.");
  return odd(
    about,
    "Without encryption browsers give others than this machine no microphone.",
    "Use --domain, --tls self or --tls files, or a reverse proxy (websocket.trusted_proxies).",
  );
}

async function network(): Promise<Finding> {
  return (await udpWorks())
    ? good("voice network", "Packets (UDP) can be sent and received on this machine.")
    : odd(
        "voice network",
        "Packets (UDP) cannot be sent and received on this machine: who uses it for calls hears nobody.",
        "Look at its firewall, and at what the container or the sandbox forbids.",
      );
}

/** Whether a packet that is sent to oneself comes. */
async function udpWorks(): Promise<boolean> {
  const came = Promise.withResolvers<boolean>();
  AbortSignal.timeout(PATIENCE_MS).addEventListener("abort", () => came.resolve(false));
  try {
    const socket = await Bun.udpSocket({
      hostname: "127.0.0.1",
      socket: { data: () => came.resolve(true), error: () => came.resolve(false) },
    });
    socket.send("?", socket.port, "127.0.0.1");
    const works = await came.promise;
    socket.close();
    return works;
  } catch {
    return false;
  }
}
