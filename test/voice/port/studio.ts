import type { MediaRelay, RelayChange, RelayParts } from "../../../src/kernel/media-relay.ts";
import { openPortRelay } from "../../../src/voice/port/relay.ts";
import { FakeClock, memoryLog } from "../../support/world.ts";
import { Client, type ClientOptions } from "./client.ts";

export const seat = (session: string, room = "lobby") => ({ session, room, stream: `stream-${session}` });

/** A relay on this machine alone, with a clock that the test moves, and whoever the test brings. */
export class Studio implements AsyncDisposable {
  readonly changes: RelayChange[] = [];
  readonly #clients: Client[] = [];

  private constructor(
    readonly relay: MediaRelay,
    readonly clock: FakeClock,
    readonly log: ReturnType<typeof memoryLog>,
  ) {
    relay.hear((change) => void this.changes.push(change));
  }

  static async open(parts: Partial<RelayParts> = {}): Promise<Studio> {
    const clock = new FakeClock();
    const log = memoryLog();
    const usual = { host: "127.0.0.1", port: 0, advertised: [], most: 200, now: clock.now, timers: clock, log };
    return new Studio(await openPortRelay({ ...usual, ...parts }), clock, log);
  }

  async stranger(session: string, direction: "publish" | "subscribe" = "publish", options?: ClientOptions): Promise<Client> {
    const client = await Client.create(this.relay, seat(session), direction, options);
    this.#clients.push(client);
    return client;
  }
  async talker(session: string, options?: ClientOptions): Promise<Client> {
    return this.#connected(await this.stranger(session, "publish", options));
  }
  async listener(session: string, options: ClientOptions = { places: 4 }): Promise<Client> {
    return this.#connected(await this.stranger(session, "subscribe", options));
  }
  flow(session: string) {
    return this.relay.flows().find((flow) => flow.session === session);
  }
  /** Resolves when it holds; for what no packet tells of. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((go) => setImmediate(go));
  }

  async #connected(client: Client): Promise<Client> {
    await client.offer();
    await client.check();
    await client.handshake();
    return client;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay[Symbol.asyncDispose]();
    for (const client of this.#clients) await client[Symbol.asyncDispose]();
    if (this.#clients.some(({ unreadable }) => unreadable.length > 0))
      throw new Error("a client could not open what it was sent");
    const complaints = this.log.lines.filter(({ level }) => level === "error");
    if (complaints.length > 0) throw new Error(`the relay complained: ${JSON.stringify(complaints, undefined, 1)}`);
  }
}
