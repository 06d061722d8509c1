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

/** From the thread to the server. `flows` is how it stands by then. */
export type FromRelay =
  | { readonly say: "opened"; readonly port: number }
  | { readonly say: "not-opened"; readonly message: string }
  | { readonly say: "answer"; readonly id: number; readonly answer: string; readonly flows: readonly Flow[] }
  | { readonly say: "refusal"; readonly id: number; readonly as: Refused; readonly message: string }
  | { readonly say: "change"; readonly change: RelayChange; readonly flows: readonly Flow[] }
  | { readonly say: "seen"; readonly flows: readonly Flow[] }
  | { readonly say: "log"; readonly level: Level; readonly event: string; readonly fields: Fields }
  | { readonly say: "closed" };
