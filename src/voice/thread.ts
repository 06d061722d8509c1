import { startThread } from "../kernel/thread.ts";
import type { StartRelayThread } from "./thread-relay.ts";

/** In the binary every entry point lies below the one root, under its path in the source, as JavaScript. */
const ENTRY = Bun.isStandaloneExecutable
  ? new URL("./src/voice/worker.js", import.meta.url)
  : new URL("./worker.ts", import.meta.url);

/** A real thread for the relay. */
export const startRelayThread: StartRelayThread = (hear, ended) =>
  startThread(ENTRY, { name: "voice", smallHeap: true }, hear, ended);
