import { connect, createServer, type Socket } from "node:net";

/** A socket that sends bytes as they are, keeps what comes, and lets a test wait for the next answer or the end. */
export class RawSocket {
  #heard = "";
  #ended = false;
  #wake = () => {};

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (piece) => {
      this.#heard += piece.toString("utf8");
      this.#wake();
    });
    socket.on("error", () => {});
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("end", end);
    socket.on("close", end);
  }

  /** @param at a port of this machine, or the path of a Unix socket */
  static connect(at: number | string): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const where = typeof at === "number" ? { host: "127.0.0.1", port: at } : { path: at };
      const socket = connect({ ...where, allowHalfOpen: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new RawSocket(socket)));
    });
  }

  /** Sends a piece, and resolves when the system has it. */
  send(piece: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.socket.write(piece, (error) => (error ? reject(error) : resolve())));
  }

  /** Sends no more, and still reads. */
  finish(): void {
    this.socket.end();
  }

  /** What was heard up to and with `end`; rejects when the other side closes before. */
  async until(end: string): Promise<string> {
    for (;;) {
      const at = this.#heard.indexOf(end);
      if (at >= 0) {
        const found = this.#heard.slice(0, at + end.length);
        this.#heard = this.#heard.slice(at + end.length);
        return found;
      }
      if (this.#ended) throw new Error(`the connection ended after ${JSON.stringify(this.#heard)}`);
      await this.#next();
    }
  }

  /** Everything that still comes before the other side closes. */
  async rest(): Promise<string> {
    while (!this.#ended) await this.#next();
    return this.#heard;
  }

  close(): void {
    this.socket.destroy();
  }
  [Symbol.dispose](): void {
    this.close();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}

/** A port of the test's own, and who connects to it. */
export async function rawServer(port = 0): Promise<AsyncDisposable & { readonly port: number; next(): Promise<RawSocket> }> {
  const arrived: RawSocket[] = [];
  const all: RawSocket[] = [];
  let wake = () => {};
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const raw = new RawSocket(socket);
    arrived.push(raw);
    all.push(raw);
    wake();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    async next() {
      while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return arrived.shift()!;
    },
    async [Symbol.asyncDispose]() {
      for (const raw of all) raw.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
