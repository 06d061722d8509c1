import type { MediaRelay, RelayParts } from "../kernel/media-relay.ts";

/** A relay that comes with the program. */
export interface Engine {
  /** What whoever chooses it should know, in sentences. */
  readonly gaps: readonly string[];
  /** Loads its code, which is done when the first session wants to be heard: until then it takes no memory. Absent in a program without it. */
  readonly load?: () => Promise<(parts: RelayParts) => Promise<MediaRelay>>;
}
export type Engines = Readonly<Record<"port" | "werift", Engine>>;

export const ENGINES: Engines = {
  port: { gaps: [] },
  werift: {
    gaps: [
      "It takes about four times the processor time of the engine port, and 40 MB of memory more.",
      "It does not follow a client whose address changes in a call: its media stops until it offers anew.",
      "It takes a packet that somebody on the way sends again for a new one.",
    ],
  },
};
