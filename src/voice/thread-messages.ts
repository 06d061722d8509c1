import type { Direction, Flow, RelayChange, RelayParts, RelaySeat } from "../kernel/media-relay.ts";
import type { Fields, Level } from "../kernel/log.ts";

export type EngineName = "port" | "werift";

/** What a relay is opened with in a thread, which has a clock and timers of its own. */
export type PlainParts = Pick<RelayParts, "host" | "port" | "advertised" | "most">;

/** From the server to the thread of its relay. `open` comes first and once. */
export type ToRelay =
  | { readonly say: "open"; readonly engine: EngineName; readonly parts: PlainParts }
  | {
      readonly say: "offer";
      readonly id: number;
      readonly seat: RelaySeat;
      readonly direction: Direction;
      readonly offer: string;
    }
  | { readonly say: "silence"; readonly session: string; readonly silenced: boolean }
  | { readonly say: "leave"; readonly session: string }
  | { readonly say: "look" }
  | { readonly say: "close" };

/** What an offer is refused as. */
export type Refused = "offer" | "full" | "failed";

/** How it stands by then. */
interface Standing {
  readonly flows: readonly Flow[];
  /** How many times it had been told that somebody leaves. */
  readonly left: number;
}

/** From the thread to the server. */
export type FromRelay =
  | { readonly say: "opened"; readonly port: number }
  | { readonly say: "not-opened"; readonly message: string }
  | ({ readonly say: "answer"; readonly id: number; readonly answer: string } & Standing)
  | { readonly say: "refusal"; readonly id: number; readonly as: Refused; readonly message: string }
  | ({ readonly say: "change"; readonly change: RelayChange } & Standing)
  | ({ readonly say: "seen" } & Standing)
  | { readonly say: "log"; readonly level: Level; readonly event: string; readonly fields: Fields }
  | { readonly say: "closed" };
