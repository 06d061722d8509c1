import type { Bus } from "./bus.ts";
import type { Happened } from "../kernel/event.ts";

/** The bus of a single process: a function call, in the order of publishing. */
export function memoryBus(): Bus {
  const hearers = new Set<(event: Happened) => void>();
  return {
    publish(event) {
      for (const hear of hearers) hear(event);
    },
    subscribe(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    async [Symbol.asyncDispose]() {
      hearers.clear();
    },
  };
}
