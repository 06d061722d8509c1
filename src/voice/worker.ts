import { systemClock, systemTimers } from "../kernel/clock.ts";
import type { MediaRelay, RelayParts } from "../kernel/media-relay.ts";
import { hostRelay } from "./relay-host.ts";
import type { EngineName, ToRelay } from "./thread-messages.ts";

/** The thread of the relay. Each engine's code is loaded only where it is used. */
const OPENERS: Readonly<Record<EngineName, () => Promise<(parts: RelayParts) => Promise<MediaRelay>>>> = {
  port: async () => (await import("./port/relay.ts")).openPortRelay,
  werift: async () => (await import("./werift/open-werift-relay.ts")).openWeriftRelay,
};

const hear = hostRelay({
  open: async (engine, parts) => (await OPENERS[engine]())(parts),
  post: (message) => postMessage(message),
  now: systemClock,
  timers: systemTimers,
});
addEventListener("message", ({ data }) => hear(data as ToRelay));
