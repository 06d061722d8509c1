// The processes of a bench: what is measured, and what loads it.
import { join } from "node:path";
import { cpuSeconds, on } from "./machine.ts";
import type { Done, Job } from "./load.ts";

const LOAD_CORES = (cores: number): string => (cores > 2 ? `1-${cores - 1}` : "1");
const LONGEST_START = 20_000;

type Child = Bun.Subprocess<"pipe", "pipe", "inherit">;

/** Lines a child writes, one at a time. */
async function* linesOf(child: { readonly stdout: ReadableStream<Uint8Array> }): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of child.stdout) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  return undefined;
}

/** A process that loads a server. Ends with its standard input. */
export class Loader implements AsyncDisposable {
  readonly #child: Child;
  readonly #lines: AsyncGenerator<string, undefined>;
  constructor(cores: number) {
    this.#child = Bun.spawn(on(LOAD_CORES(cores), [process.execPath, join(import.meta.dir, "load.ts")]), {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#lines = linesOf(this.#child);
  }
  async do(job: Job): Promise<Done> {
    this.#child.stdin.write(`${JSON.stringify(job)}\n`);
    await this.#child.stdin.flush();
    const { value } = await this.#lines.next();
    if (value === undefined) throw new Error("the load's process has ended");
    const done = JSON.parse(value) as Done;
    if (done.error) throw new Error(`${job.job}: ${done.error}`);
    return done;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await Promise.race([this.#child.exited, Bun.sleep(2000)]);
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

/** A server under load. */
export class Target implements AsyncDisposable {
  private constructor(
    readonly name: "chat" | "floor" | "durable",
    readonly port: number,
    private readonly child: Bun.Subprocess,
  ) {}

  static async chat(command: readonly string[], env: Record<string, string>): Promise<Target> {
    const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { port } = free;
    free.stop(true);
    const child = Bun.spawn(on("0", command), {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
      env: { ...process.env, ...env, CHAT_WEBSOCKET_PORT: String(port), CHAT_TCP_PORT: "0" },
    });
    const target = new Target("chat", port, child);
    const until = Date.now() + LONGEST_START;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > until) {
        await target[Symbol.asyncDispose]();
        throw new Error(`the server did not start: ${command.join(" ")}`);
      }
      await Bun.sleep(50);
    }
    return target;
  }

  /** A server that does nothing but carry frames, or that and keep messages. */
  static async floor(name: "floor" | "durable"): Promise<Target> {
    const script = [join(import.meta.dir, "floor.ts"), ...(name === "durable" ? ["--durable"] : [])];
    const child = Bun.spawn(on("0", [process.execPath, ...script]), {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const { value } = await linesOf(child).next();
    return new Target(name, Number(value), child);
  }

  get pid(): number {
    return this.child.pid;
  }
  get cpu(): number {
    return cpuSeconds(this.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    await Promise.race([this.child.exited, Bun.sleep(3000)]);
    this.child.kill("SIGKILL");
    await this.child.exited;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}
