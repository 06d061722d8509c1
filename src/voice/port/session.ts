import type { Direction, Flow } from "../../kernel/media-relay.ts";
import type { Listener } from "./listener.ts";
import type { Publisher } from "./publisher.ts";

type Counts = Pick<Flow, "received" | "lost" | "sent" | "missed">;

/** A session with at least one connection, in the room it is in. */
export class Session {
  publish: Publisher | undefined;
  subscribe: Listener | undefined;
  /** Of connections that were replaced. */
  #past: Counts = { received: 0, lost: 0, sent: 0, missed: 0 };
  /** A packet that was late and not lost does not take back what was said. */
  #mostLost = 0;

  constructor(
    readonly id: string,
    readonly room: string,
  ) {}

  /** How many connections it has. */
  get connections(): number {
    return Number(this.publish !== undefined) + Number(this.subscribe !== undefined);
  }

  get flow(): Flow {
    const counts = this.#counts;
    this.#mostLost = Math.max(this.#mostLost, counts.lost);
    const speaking = this.publish?.isSpeaking ?? false;
    return { session: this.id, room: this.room, speaking, ...counts, lost: this.#mostLost };
  }

  /** What was counted on it stays counted. */
  forget(direction: Direction): void {
    const counts = this.#counts;
    this[direction] = undefined;
    const left = this.#counts;
    const { received, lost, sent, missed } = this.#past;
    this.#past = {
      received: received + counts.received - left.received,
      lost: lost + counts.lost - left.lost,
      sent: sent + counts.sent - left.sent,
      missed: missed + counts.missed - left.missed,
    };
  }

  get #counts(): Counts {
    return {
      received: this.#past.received + (this.publish?.received ?? 0),
      lost: this.#past.lost + (this.publish?.lost ?? 0),
      sent: this.#past.sent + (this.subscribe?.sent ?? 0),
      missed: this.#past.missed + (this.subscribe?.missed ?? 0),
    };
  }
}
