import type { Flow, MediaRelay, RelayChange, RelaySeat } from "../../src/kernel/media-relay.ts";
import { Listener, Talker } from "./relay-client.ts";
import type { FakeClock } from "./world.ts";

/** Milliseconds of sound in a packet. */
const PACKET = 20;

/** A relay on this machine alone with a clock that the test moves, and what is told of it. */
export class RelayStudio implements AsyncDisposable {
  readonly changes: RelayChange[] = [];
  #waiting: (() => void)[] = [];
  #people: AsyncDisposable[] = [];
  readonly #silent: () => void;
  constructor(
    readonly relay: MediaRelay,
    readonly clock: FakeClock,
  ) {
    this.#silent = relay.hear((change) => {
      this.changes.push(change);
      for (const go of this.#waiting.splice(0)) go();
    });
  }
  /** Somebody whose stream can be heard. */
  async talker(at: RelaySeat, options?: { camera?: boolean }): Promise<Talker> {
    const before = this.all({ kind: "stream", session: at.session, room: at.room, live: true }).length;
    const talker = new Talker(this.relay, at, options);
    this.#people.push(talker);
    await talker.offer();
    await this.told({ kind: "stream", session: at.session, room: at.room, live: true }, before + 1);
    return talker;
  }
  async listener(at: RelaySeat, options?: { places?: number; camera?: boolean }): Promise<Listener> {
    const listener = new Listener(this.relay, at, options);
    this.#people.push(listener);
    await listener.offer();
    return listener;
  }
  /** Somebody who does not connect. */
  stranger(at: RelaySeat): Talker {
    const talker = new Talker(this.relay, at);
    this.#people.push(talker);
    return talker;
  }
  all(like: Partial<RelayChange>): RelayChange[] {
    return this.changes.filter((change) =>
      Object.entries(like).every(([name, value]) => change[name as keyof RelayChange] === value),
    );
  }
  /** Resolves when the like has been told so many times. */
  async told(like: Partial<RelayChange>, times = 1): Promise<void> {
    while (this.all(like).length < times) await new Promise<void>((go) => this.#waiting.push(go));
  }
  flow(session: string): Flow | undefined {
    return this.relay.flows().find((flow) => flow.session === session);
  }
  /** Resolves when the flow of a session is like this. Nothing tells of it, so it is asked each turn of the loop. */
  async flows(session: string, like: Partial<Flow>): Promise<void> {
    const is = () => {
      const flow = this.flow(session);
      return flow && Object.entries(like).every(([name, value]) => flow[name as keyof Flow] === value);
    };
    while (!is()) await new Promise((go) => setImmediate(go));
  }
  /** Says a packet and lets the relay have it, then lets time pass. */
  async spoken(talker: Talker, level: number, ms = PACKET): Promise<void> {
    const { session } = talker.seat;
    const received = this.flow(session)!.received + 1;
    await talker.say("opus", { level });
    await this.flows(session, { received });
    this.clock.advance(ms);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#silent();
    await Promise.all(this.#people.map((one) => one[Symbol.asyncDispose]()));
    await this.relay[Symbol.asyncDispose]();
  }
}
