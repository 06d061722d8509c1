import { quietSockets } from "./quiet-sockets.ts";

export type Werift = typeof import("werift");

/** The library, which is large and is loaded by those who choose its engine only. */
export async function loadWerift(): Promise<Werift> {
  // Its certificates' container needs this polyfill to be evaluated first, and a bundler may order them otherwise.
  await import("reflect-metadata");
  const werift = await import("werift");
  quietSockets(werift.UdpTransport);
  return werift;
}
