import { type Finding, good, odd } from "./finding.ts";

const PATIENCE_MS = 1000;
const NO_RELAY =
  "The server tells who is in a call and relays no sound: no port or address of this machine takes part." +
  " originChats' web client finds the others by 0.peerjs.com and a public TURN server, which each member has to reach.";

/** What calls need of this machine, which is little: sound goes past it. Whether UDP works here is told for clients that run on it. */
export async function examineVoice(): Promise<Finding[]> {
  return [
    good("voice", NO_RELAY),
    (await udpWorks())
      ? good("voice network", "Packets (UDP) can be sent and received on this machine.")
      : odd(
          "voice network",
          "Packets (UDP) cannot be sent and received on this machine: clients that run on it hear nobody.",
          "Look at its firewall, and at what the container or the sandbox forbids.",
        ),
  ];
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
