import type { Timers } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import {
  type Direction,
  type Flow,
  type MediaRelay,
  OfferRefused,
  RelayAway,
  type RelayChange,
  RelayFull,
  type RelaySeat,
} from "../kernel/media-relay.ts";
import type { Thread } from "../kernel/thread.ts";
import type { EngineName, FromRelay, PlainParts, Refused, ToRelay } from "./thread-messages.ts";

/** Starts a thread that hosts a relay; `ended` is called once when it has ended by itself, with the reason. */
export type StartRelayThread = (hear: (message: FromRelay) => void, ended: (reason: string) => void) => Thread<ToRelay>;

interface ThreadRelayParts extends PlainParts {
  readonly engine: EngineName;
  readonly start: StartRelayThread;
  readonly log: Log;
  readonly timers: Timers;
  /** The thread is gone, and with it every connection; nothing can be asked of this relay any more. */
  readonly ended: () => void;
}

const ERRORS: Readonly<Record<Refused, new (message: string) => Error>> = { offer: OfferRefused, full: RelayFull, failed: Error };
const STOPPED = "The relay has stopped; another call begins it anew.";

/** A thread that has not answered for so long goes round in a circle and never will. A server that stops has not much longer. */
const PATIENCE_MS = 5000;

/**
 * A relay in a thread of its own: sound does not stutter while the chat waits for its disk, and a packet that breaks the relay breaks nothing
 * else. What it hears of the thread is a moment old: `flows` gives what was said last and asks for more.
 * @throws Error when the engine cannot be opened
 */
export async function openInThread(parts: ThreadRelayParts): Promise<MediaRelay> {
  const relay = new ThreadRelay(parts);
  await relay.opened;
  return relay;
}

class ThreadRelay implements MediaRelay {
  readonly #thread: Thread<ToRelay>;
  readonly #listeners = new Set<(change: RelayChange) => void>();
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  readonly #opening = Promise.withResolvers<void>();
  readonly #closing = Promise.withResolvers<void>();
  /** What was said and still holds, turned into its end: who can be heard, and who speaks. */
  readonly #ends = new Map<string, RelayChange>();
  #flows: readonly Flow[] = [];
  /** How many times somebody left, and which time it was whose last flow may still be on its way: they are not counted twice. */
  #left = 0;
  readonly #leaving = new Map<string, number>();
  #asked = 0;
  #looking = false;
  #isOver = false;
  port = 0;

  constructor(readonly parts: ThreadRelayParts) {
    const { engine, host, port, advertised, most } = parts;
    this.#thread = parts.start(
      (message) => this.#take(message),
      (reason) => this.#end(reason),
    );
    this.#thread.post({ say: "open", engine, parts: { host, port, advertised, most } });
  }

  get opened(): Promise<void> {
    return this.#within(this.#opening.promise);
  }

  answer(seat: RelaySeat, direction: Direction, offer: string): Promise<string> {
    if (this.#isOver) return Promise.reject(new RelayAway(STOPPED));
    const id = ++this.#asked;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(id, answer);
    this.#post({ say: "offer", id, seat, direction, offer });
    return this.#within(answer.promise);
  }
  silence(session: string, silenced: boolean): void {
    this.#post({ say: "silence", session, silenced });
  }
  leave(session: string): void {
    this.#post({ say: "leave", session });
    this.#left++;
    if (!this.#flows.some((flow) => flow.session === session)) return;
    this.#leaving.set(session, this.#left);
    this.#flows = this.#flows.filter((flow) => flow.session !== session);
  }
  hear(listener: (change: RelayChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  flows(): readonly Flow[] {
    if (!this.#looking && !this.#isOver) {
      this.#looking = true;
      this.#post({ say: "look" });
    }
    return this.#flows;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.#listeners.clear();
    this.#post({ say: "close" });
    await this.#within(this.#closing.promise);
    this.#over();
    this.#thread.terminate();
  }

  #post(message: ToRelay): void {
    if (!this.#isOver) this.#thread.post(message);
  }

  /** A thread that does not answer is ended, as if it had broken. */
  #within<T>(answer: Promise<T>): Promise<T> {
    const stop = this.parts.timers.after(PATIENCE_MS, () => {
      this.#thread.terminate();
      this.#end("its thread does not answer");
    });
    return answer.finally(stop);
  }

  #take(message: FromRelay): void {
    if ("flows" in message) this.#stands(message.flows, message.left);
    switch (message.say) {
      case "opened":
        this.port = message.port;
        this.#opening.resolve();
        break;
      case "not-opened":
        this.#isOver = true;
        this.#thread.terminate();
        this.#opening.reject(new Error(message.message));
        break;
      case "answer":
        this.#waited(message.id)?.resolve(message.answer);
        break;
      case "refusal":
        this.#waited(message.id)?.reject(new ERRORS[message.as](message.message));
        break;
      case "change":
        this.#tell(message.change);
        break;
      case "seen":
        this.#looking = false;
        break;
      case "log":
        this.parts.log[message.level](message.event, message.fields);
        break;
      case "closed":
        this.#closing.resolve();
        break;
    }
  }

  #stands(flows: readonly Flow[], left: number): void {
    for (const [session, time] of this.#leaving) if (time <= left) this.#leaving.delete(session);
    this.#flows = flows.filter(({ session }) => !this.#leaving.has(session));
  }

  #waited(id: number): PromiseWithResolvers<string> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #tell(change: RelayChange): void {
    if (change.kind !== "lost") {
      const key = `${change.kind} ${change.session}`;
      const [holds, end] =
        change.kind === "stream" ? [change.live, { ...change, live: false }] : [change.speaking, { ...change, speaking: false }];
      if (holds) this.#ends.set(key, end);
      else this.#ends.delete(key);
    }
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** The thread is gone: nobody speaks or can be heard any more. */
  #end(reason: string): void {
    if (this.#isOver) return;
    this.#over();
    this.parts.log.error("voice.stopped", { reason });
    this.#opening.reject(new RelayAway(STOPPED));
    this.#closing.resolve();
    this.parts.ended();
    for (const end of [...this.#ends.values()].toReversed()) this.#tell(end);
  }

  #over(): void {
    this.#isOver = true;
    this.#flows = [];
    for (const { reject } of this.#waiting.values()) reject(new RelayAway(STOPPED));
    this.#waiting.clear();
  }
}
