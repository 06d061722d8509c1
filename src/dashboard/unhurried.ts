import type { Stats } from "../wire/control/protocol.ts";
import type { Input, State } from "./store.ts";

/** Memory and the event loop are never still; they say something when they moved by more than this, and by more than a tenth. */
const LEAST_BYTES = 2_000_000;
const LEAST_LAG_MS = 10;

/** Whether these are figures that say, but for what always flickers, what is shown already. */
export function saysNothingNew({ stats }: State, input: Input): boolean {
  if (input.type !== "stats" || !stats) return false;
  return (
    Bun.deepEquals(still(stats), still(input)) &&
    !moved(stats.residentBytes, input.residentBytes, LEAST_BYTES) &&
    !moved(stats.eventLoopLagMs, input.eventLoopLagMs, LEAST_LAG_MS)
  );
}

/** What stays the same for a minute while nothing happens. */
const still = ({ sessions, connections, messages, deliveries, acknowledgement, commit, uptimeSeconds }: Stats) => ({
  sessions,
  connections,
  messages,
  deliveries,
  acknowledgement,
  commit,
  uptimeMinutes: Math.floor(uptimeSeconds / 60),
});

const moved = (before: number, now: number, least: number): boolean => Math.abs(now - before) > Math.max(least, before / 10);
