import { systemTimers } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { MediaRelay } from "../kernel/media-relay.ts";
import { startRelayThread } from "./thread.ts";
import type { EngineName, PlainParts } from "./thread-messages.ts";
import { openInThread } from "./thread-relay.ts";
import { WERIFT_GAPS } from "./werift/known-gaps.ts";

export interface OpenParts extends PlainParts {
  readonly log: Log;
  /** The relay has broken, and is none any more. */
  readonly ended: () => void;
}

/** A relay that comes with the program. */
export interface Engine {
  /** What whoever chooses it should know, in sentences. */
  readonly gaps: readonly string[];
  /** Its code is loaded only now, which is when the first session wants to be heard: until then it takes no memory. */
  readonly open: (parts: OpenParts) => Promise<MediaRelay>;
}
export type Engines = Readonly<Record<EngineName, Engine>>;

const inThread = (engine: EngineName) => (parts: OpenParts) =>
  openInThread({ ...parts, engine, timers: systemTimers, start: startRelayThread });

export const ENGINES: Engines = {
  port: { gaps: [], open: inThread("port") },
  werift: { gaps: WERIFT_GAPS, open: inThread("werift") },
};
