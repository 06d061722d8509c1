import type { App } from "../../src/app.ts";
import { EVERY_CONNECTION } from "../../src/app.ts";
import type { Connection, Link } from "../../src/wire/originchats/connection.ts";

export type Frame = Record<string, any>;

/** How a client's frames travel. */
export interface Line {
  send(text: string): void;
  /** Resolves when the server has done what follows from the end. */
  leave(): Promise<void>;
}

let barriers = 0;

/** One originChats client: what it was sent, and a way to wait until all of it is there. */
export class Client {
  /** Set when the server closed the connection. */
  closed: { code: number; reason: string } | undefined;
  #inbox: Frame[] = [];
  #look = () => {};
  /** @param settled resolves when the server has nothing under way that follows from what it has answered. */
  constructor(
    readonly name: string,
    private readonly line: Line,
    private readonly settled: () => Promise<void>,
  ) {}

  hear(text: string): void {
    if (this.closed) return;
    this.#inbox.push(JSON.parse(text) as Frame);
    this.#look();
  }
  ended(code: number, reason: string): void {
    this.closed ??= { code, reason };
    this.#look();
  }
  send(frame: unknown): void {
    this.sendText(JSON.stringify(frame));
  }
  sendText(text: string): void {
    this.line.send(text);
  }
  leave(): Promise<void> {
    return this.line.leave();
  }

  /** Waits until everything sent so far is answered, and gives what arrived since it was last asked. */
  async arrived(): Promise<Frame[]> {
    for (let round = 0; round < 2 && !this.closed; round++) {
      const listener = `barrier ${++barriers}`;
      this.send({ cmd: "ping", listener });
      while (!this.closed && !this.#inbox.some((frame) => frame["listener"] === listener))
        await new Promise<void>((look) => (this.#look = look));
      await this.settled();
    }
    const frames = this.#inbox.filter(({ listener }) => !String(listener).startsWith("barrier "));
    this.#inbox = [];
    return frames;
  }

  /** Sends one request and gives everything that arrived with it. */
  async ask(frame: unknown): Promise<Frame[]> {
    this.send(frame);
    return this.arrived();
  }

  /** Signs in as a local account that is made if need be; what arrived meanwhile is forgotten. */
  async signIn(): Promise<void> {
    const credentials = { username: this.name, password: `secret of ${this.name}` };
    for (const cmd of ["login", "register"])
      if ((await this.ask({ cmd, ...credentials })).some((frame) => frame["cmd"] === "ready")) return;
    throw new Error(`${this.name} could not sign in`);
  }
}

/** A client without a socket. */
export class TestClient extends Client {
  connection!: Connection;
}

/** Stands in for the listener: topics, and the connections that hear them. */
export class TestDoor {
  readonly #topics = new Map<string, Set<Link>>();
  readonly #ending = new Set<Promise<void>>();
  constructor(private readonly app: App) {
    app.broadcast = (topic, frame, except) => {
      for (const link of this.#topics.get(topic) ?? []) if (link !== except) link.send(frame);
    };
  }

  connect(name: string, address = "192.0.2.1"): TestClient {
    const mine = new Set<string>();
    const link: Link = {
      address,
      send: (frame) => client.hear(frame),
      subscribe: (topic) => {
        mine.add(topic);
        this.#topics.set(topic, (this.#topics.get(topic) ?? new Set()).add(link));
      },
      unsubscribe: (topic) => {
        mine.delete(topic);
        this.#topics.get(topic)?.delete(link);
      },
      close: (code, reason) => {
        if (client.closed) return;
        client.ended(code, reason);
        const ended = client
          .leave()
          .catch((error: unknown) => this.app.originchats.log.error("connection.failed", { error }))
          .finally(() => this.#ending.delete(ended));
        this.#ending.add(ended);
      },
    };
    const line: Line = {
      send: (text) => client.connection.receive(text),
      leave: async () => {
        for (const topic of mine) link.unsubscribe(topic);
        await client.connection.closed();
      },
    };
    const client = new TestClient(name, line, async () => {
      await Promise.all(this.#ending);
      await this.app.hub.settled();
    });
    client.connection = this.app.originchats.connect(link);
    link.subscribe(EVERY_CONNECTION);
    return client;
  }

  /** A client signed in as a local account that is made if need be; what arrived meanwhile is forgotten. */
  async signedIn(name: string): Promise<TestClient> {
    const client = this.connect(name);
    await client.signIn();
    return client;
  }
}
