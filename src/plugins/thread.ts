import type { StartThread } from "./isolated.ts";
import type { FromPlugin } from "./messages.ts";

/** In the binary every entry point lies below the one root, under its path in the source, as JavaScript. */
const ENTRY = Bun.isStandaloneExecutable
  ? new URL("./src/plugins/worker.js", import.meta.url)
  : new URL("./worker.ts", import.meta.url);

/** A real thread, which sees nothing of the environment. */
export const startThread: StartThread = (hear, ended) => {
  const worker = new Worker(ENTRY, { env: {}, name: "plugin" });
  let over = false;
  const end = (reason: string) => {
    if (over) return;
    over = true;
    ended(reason);
  };
  worker.addEventListener("message", ({ data }) => hear(data as FromPlugin));
  worker.addEventListener("error", (event) => {
    event.preventDefault?.();
    end(event.message || "it failed outside of any handler");
    worker.terminate();
  });
  worker.addEventListener("close", () => end("its thread has ended"));
  return {
    post: (message) => worker.postMessage(message, []),
    terminate: () => {
      over = true;
      worker.terminate();
    },
  };
};
