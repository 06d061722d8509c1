/** The compiled server in a process of its own, ready for clients. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** `ws://…`, with the port it has found; of the line chat, where it runs alone. */
  readonly url: string;
  /** Standard output up to now. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until standard error, the log, holds this. */
  logged(text: string): Promise<void>;
  /** The same for standard output. */
  said(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** The exit code. */
  readonly exited: Promise<number>;
}

/** Starts `chat serve` on a free port and waits until it says that it is ready. */
export async function startServer(
  binary: string,
  words: readonly string[],
  { cwd, env, uid }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly uid?: number },
): Promise<ServerProcess> {
  const port = words.includes("--port") ? [] : ["--port", "0"];
  const child = Bun.spawn([binary, "serve", ...port, ...words], {
    cwd,
    ...(uid === undefined ? {} : { uid, gid: uid }),
    // One port for all would not do for servers that run side by side.
    env: { CHAT_TCP_ENABLED: "false", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = { stdout: "", stderr: "" };
  const ready = Promise.withResolvers<string>();
  const looking = new Set<() => void>();
  const keep = async (name: keyof typeof output) => {
    const decoder = new TextDecoder();
    for await (const chunk of child[name]) {
      output[name] += decoder.decode(chunk, { stream: true });
      const urls = /is ready: (.*)\n/.exec(output.stdout)?.[1]?.split(", ");
      if (urls) ready.resolve(urls.find((url) => url.startsWith("ws")) ?? urls[0]!);
      for (const look of looking) look();
    }
  };
  const holds = (name: keyof typeof output, text: string) =>
    new Promise<void>((found) => {
      const look = () => {
        if (!output[name].includes(text)) return;
        looking.delete(look);
        found();
      };
      looking.add(look);
      look();
    });
  const kept = Promise.all([keep("stdout"), keep("stderr")]);
  const exited = child.exited.then(async (code) => {
    await kept;
    ready.reject(new Error(`the server ended with ${code} before it was ready:\n${output.stdout}${output.stderr}`));
    return code;
  });
  ready.promise.catch(() => {});
  return {
    pid: child.pid,
    url: await ready.promise,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    logged: (text) => holds("stderr", text),
    said: (text) => holds("stdout", text),
    signal: (signal) => child.kill(signal),
    exited,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** A WebSocket client that keeps every frame, and waits for those it wants. */
export class SocketClient {
  readonly frames: Record<string, any>[] = [];
  readonly closed = Promise.withResolvers<{ code: number; reason: string }>();
  readonly #waiting = new Set<() => void>();
  private constructor(readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(JSON.parse(String(data)) as Record<string, any>);
      for (const look of this.#waiting) look();
    });
    socket.addEventListener("close", ({ code, reason }) => this.closed.resolve({ code, reason }));
  }

  static async connect(url: string, options: object = {}): Promise<SocketClient> {
    const client = new SocketClient(new WebSocket(url, options as never));
    await client.frame(({ cmd }) => cmd === "handshake");
    return client;
  }
  static async signedIn(url: string, name: string, options: object = {}): Promise<SocketClient> {
    const client = await SocketClient.connect(url, options);
    const credentials = { username: name, password: `secret of ${name}` };
    client.send({ cmd: "register", ...credentials });
    const first = await client.frame(({ cmd }) => cmd === "ready" || cmd === "auth_error");
    if (first["cmd"] === "auth_error") client.send({ cmd: "login", ...credentials });
    await client.frame(({ cmd }) => cmd === "ready");
    return client;
  }

  /** Calls for every frame from here on. */
  onFrame(hear: (frame: Record<string, any>) => void): void {
    this.socket.addEventListener("message", () => hear(this.frames.at(-1)!));
  }
  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }
  /** The first frame like this, whether it is there or still to come. */
  frame(wanted: (frame: Record<string, any>) => boolean): Promise<Record<string, any>> {
    const found = Promise.withResolvers<Record<string, any>>();
    const look = () => {
      const frame = this.frames.find(wanted);
      if (!frame) return;
      this.#waiting.delete(look);
      found.resolve(frame);
    };
    this.#waiting.add(look);
    look();
    void this.closed.promise.then(({ code }) => found.reject(new Error(`closed with ${code} before the frame came`)));
    return found.promise;
  }
  /** Sends with a listener and waits for what carries it. */
  async ask(frame: object): Promise<Record<string, any>> {
    const listener = crypto.randomUUID();
    this.send({ ...frame, listener });
    return this.frame((answer) => answer["listener"] === listener);
  }
}
