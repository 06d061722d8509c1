/** Stands in for Discord: its gateway and its webhooks, on a local port. Keeps what it was told and says what a test wants said. */
export class Discord implements AsyncDisposable {
  readonly frames: any[] = [];
  readonly requests: { method: string; path: string; body: any }[] = [];
  connections = 0;
  /** Answers for webhook requests, the first for the next; then they succeed. */
  readonly answers: Response[] = [];
  #socket: Bun.ServerWebSocket<unknown> | undefined;
  #sequence = 0;
  #message = 9000;
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request, server) => {
      if (server.upgrade(request, { data: undefined })) return undefined;
      const { pathname } = new URL(request.url);
      const text = await request.text();
      this.requests.push({ method: request.method, path: pathname, body: text ? JSON.parse(text) : undefined });
      const answer = this.answers.shift();
      if (answer) return answer;
      return request.method === "DELETE" ? new Response(null, { status: 204 }) : Response.json({ id: String(++this.#message) });
    },
    websocket: {
      open: (socket) => {
        this.connections++;
        this.#socket = socket;
        socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 40_000 }, s: null, t: null }));
      },
      message: (socket, text) => {
        const frame = JSON.parse(String(text));
        this.frames.push(frame);
        if (frame.op === 1) socket.send(JSON.stringify({ op: 11, d: null, s: null, t: null }));
        if (frame.op === 2)
          this.dispatch("READY", { session_id: "session", resume_gateway_url: this.gateway, user: { id: "4242" } });
        if (frame.op === 6) this.dispatch("RESUMED", {});
      },
    },
  });
  get host(): string {
    return `127.0.0.1:${this.#server.port}`;
  }
  get gateway(): string {
    return `ws://${this.host}`;
  }
  get webhook(): string {
    return `http://${this.host}/api/webhooks/777/hook-secret`;
  }
  dispatch(t: string, d: object): void {
    this.#socket!.send(JSON.stringify({ op: 0, d, s: ++this.#sequence, t }));
  }
  say(op: number, d: unknown): void {
    this.#socket!.send(JSON.stringify({ op, d, s: null, t: null }));
  }
  cut(code: number): void {
    this.#socket!.close(code);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}
