import { originOf } from "./http-answers.ts";
import type { Connection, Link } from "./connection.ts";
import type { OriginChats } from "./index.ts";

/** What the wire needs of a socket. */
interface Socket {
  readonly data: { readonly address: string; readonly state: SocketLink };
  send(frame: string): unknown;
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  close(code: number, reason: string): void;
}

/** What a socket of this wire carries: the link of its connection. */
export class SocketLink implements Link {
  ws!: Socket;
  connection: Connection | undefined;
  constructor(readonly origin: string | undefined) {}
  get address(): string {
    return this.ws.data.address;
  }
  send(frame: string): void {
    this.ws.send(frame);
  }
  subscribe(topic: string): void {
    this.ws.subscribe(topic);
  }
  unsubscribe(topic: string): void {
    this.ws.unsubscribe(topic);
  }
  close(code: number, reason: string): void {
    this.ws.close(code, reason);
  }
}

/** The wire's sockets, as a listener wants them. */
export interface OriginChatsDoor {
  readonly path: string;
  /** What the socket carries, or the answer that refuses it. */
  upgrade(req: Request): SocketLink | Response;
  open(ws: Socket): void;
  message(ws: Socket, frame: string | Uint8Array): void;
  close(ws: Socket, code: number): void;
  /** Answers what has arrived, says goodbye and closes; resolves when every connection has been told. */
  finish(reason: string): Promise<void>;
  /** Resolves when what follows from closed sockets has been done. */
  settled(): Promise<void>;
}

/**
 * @param everyone the topic of all connections.
 * @param mayConnect whether the page of an origin (`https://…`) may, which reached us by this base address. What is no browser sends no origin and is let in.
 */
export function originChatsDoor(
  wire: OriginChats,
  everyone: string,
  mayConnect: (origin: string, reached: string) => boolean,
): OriginChatsDoor {
  const open = new Set<Connection>();
  let latest: string | undefined;
  /** Thousands come by the same address: one copy of it is kept. */
  const shared = (another: string): string => (latest === another ? latest : (latest = another));
  const closing = new Set<Promise<void>>();
  return {
    path: "/",
    upgrade(req: Request) {
      const origin = req.headers.get("origin");
      const reached = originOf(req);
      if (origin === null || mayConnect(origin, reached)) return new SocketLink(shared(reached));
      return new Response("This page may not connect here (server.allowed_origins).\n", { status: 403 });
    },
    open(ws) {
      const link = ws.data.state;
      link.ws = ws;
      const connection = (link.connection = wire.connect(link));
      ws.subscribe(everyone);
      open.add(connection);
      wire.log.info("connection.opened", { connection: connection.id, wire: wire.name });
    },
    message(ws, frame) {
      // Bytes are no frame of this wire, and are answered like text that is none.
      ws.data.state.connection!.receive(typeof frame === "string" ? frame : "");
    },
    close(ws, code) {
      const { connection } = ws.data.state;
      if (!connection) return;
      open.delete(connection);
      const { actor } = connection;
      wire.log.info("connection.closed", { connection: connection.id, code, ...(actor.kind === "user" && { user: actor.id }) });
      const done = connection.closed().catch((error: unknown) => wire.log.error("connection.failed", { error }));
      closing.add(done);
      void done.finally(() => closing.delete(done));
    },
    async finish(reason) {
      await Promise.all([...open].map((connection) => connection.finish(reason)));
    },
    async settled() {
      while (closing.size) await Promise.all(closing);
    },
  };
}
