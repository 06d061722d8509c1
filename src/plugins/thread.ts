import { startThread as start } from "../kernel/thread.ts";
import type { StartThread } from "./isolated.ts";

/** In the binary every entry point lies below the one root, under its path in the source, as JavaScript. */
const ENTRY = Bun.isStandaloneExecutable
  ? new URL("./src/plugins/worker.js", import.meta.url)
  : new URL("./worker.ts", import.meta.url);

/** A real thread for one plugin. */
export const startThread: StartThread = (hear, ended) => start(ENTRY, { name: "plugin" }, hear, ended);
