import type { App } from "../../src/app.ts";
import { EVERY_CONNECTION } from "../../src/app.ts";
import type { Connection, Link } from "../../src/wire/originchats/connection.ts";

export type Frame = Record<string, any>;

/** One originChats client without a socket: what it was sent, and a way to wait until all of it is there. */
export interface TestClient {
  readonly name: string;
  readonly connection: Connection;
  /** Set when the server closed the connection. */
  closed: { code: number; reason: string } | undefined;
  send(frame: unknown): void;
  sendText(text: string): void;
  /** Waits until everything sent so far is answered, and gives what arrived since it was last asked. */
  arrived(): Promise<Frame[]>;
  /** Sends one request and gives everything that arrived with it. */
  ask(frame: unknown): Promise<Frame[]>;
  leave(): Promise<void>;
}

/** Stands in for the listener: topics, and the connections that hear them. */
export class TestDoor {
  readonly #topics = new Map<string, Set<Link>>();
  readonly #ending = new Set<Promise<void>>();
  #barrier = 0;
  constructor(private readonly app: App) {
    app.broadcast = (topic, frame, except) => {
      for (const link of this.#topics.get(topic) ?? []) if (link !== except) link.send(frame);
    };
  }

  connect(name: string, address = "192.0.2.1"): TestClient {
    let inbox: Frame[] = [];
    const mine = new Set<string>();
    const hear = (frame: string) => void (client.closed || inbox.push(JSON.parse(frame)));
    const link: Link = {
      address,
      send: hear,
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
        client.closed = { code, reason };
        const ended = client.leave().finally(() => this.#ending.delete(ended));
        this.#ending.add(ended);
      },
    };
    const client: TestClient = {
      name,
      connection: undefined as never,
      closed: undefined,
      send: (frame) => client.sendText(JSON.stringify(frame)),
      sendText: (text) => client.connection.receive(text),
      arrived: async () => {
        if (!client.closed) await this.#reached(client, () => inbox);
        const frames = inbox.filter(({ listener }) => !String(listener).startsWith("barrier "));
        inbox = [];
        return frames;
      },
      ask: async (frame) => {
        client.send(frame);
        return client.arrived();
      },
      leave: async () => {
        for (const topic of mine) link.unsubscribe(topic);
        await client.connection.closed();
      },
    };
    Object.assign(client, { connection: this.app.originchats.connect(link) });
    link.subscribe(EVERY_CONNECTION);
    return client;
  }

  /** A client signed in as a local account that is made if need be; what arrived meanwhile is forgotten. */
  async signedIn(name: string): Promise<TestClient> {
    const client = this.connect(name);
    const credentials = { username: name, password: `secret of ${name}` };
    const [, first] = await client.ask({ cmd: "login", ...credentials });
    if (first?.["cmd"] === "auth_error") await client.ask({ cmd: "register", ...credentials });
    if (client.connection.actor.kind !== "user") throw new Error(`${name} could not sign in: ${JSON.stringify(first)}`);
    return client;
  }

  async #reached(client: TestClient, inbox: () => Frame[]): Promise<void> {
    for (let round = 0; round < 2; round++) {
      const listener = `barrier ${++this.#barrier}`;
      client.send({ cmd: "ping", listener });
      while (!client.closed && !inbox().some((frame) => frame["listener"] === listener))
        await new Promise((go) => setImmediate(go));
      await Promise.all(this.#ending);
      await this.app.hub.settled();
    }
  }
}
