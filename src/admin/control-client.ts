import { NotOurs } from "../config/data-folder.ts";
import { Refusal } from "../kernel/refusal.ts";
import { type DescribedOperation } from "../domain/described.ts";
import { type Incident, isRefused, type Reloaded, type Status, USER_HEADER, type WatchLine } from "../wire/control/protocol.ts";
export type { SeenEvent, Snapshot } from "../wire/control/protocol.ts";

/** Nobody listens on the control socket. */
export class NobodyThere extends Error {
  override name = "NobodyThere";
}
/** Somebody holds the socket and says nothing. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}
/** A bug on the other side; the log there has the rest. */
export class ServerFailed extends Error {
  override name = "ServerFailed";
}

const ABSENT = new Set(["FailedToOpenSocket", "ENOENT", "ECONNREFUSED", "ConnectionRefused"]);

/** The other end of the control socket. */
export class ControlClient {
  constructor(
    readonly path: string,
    /** The system user, for the log of acts. */
    private readonly user: string,
  ) {}

  /** @throws Refusal as the operation threw it. */
  call(operation: string, input: unknown): Promise<unknown> {
    return this.#json("POST", `/call/${operation}`, input);
  }
  status(patienceMs = 2000): Promise<Status> {
    return this.#json("GET", "/status", undefined, AbortSignal.timeout(patienceMs)) as Promise<Status>;
  }
  operations(): Promise<DescribedOperation[]> {
    return this.#json("GET", "/operations") as Promise<DescribedOperation[]>;
  }
  async stop(): Promise<void> {
    await this.#json("POST", "/stop");
  }
  reload(): Promise<Reloaded> {
    return this.#json("POST", "/reload") as Promise<Reloaded>;
  }

  /** Until the server ends, the loop is left, or `signal` aborts, which throws. */
  async *watch(signal?: AbortSignal): AsyncGenerator<WatchLine> {
    const { body } = await this.#fetch("GET", "/watch", undefined, signal);
    let rest = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body as ReadableStream<Uint8Array>) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop()!;
        for (const line of lines) yield JSON.parse(line) as WatchLine;
      }
    } catch (why) {
      // A server that ends closes the connection in the middle of the stream.
      if ((why as { code?: string }).code !== "ECONNRESET") throw why;
    }
  }

  async #json(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const answer = await this.#fetch(method, path, body, signal);
    const found: unknown = await answer.json();
    if (answer.ok) return found;
    if (isRefused(found)) throw new Refusal(found.error.code, found.error.reason, found.error.facts);
    throw new ServerFailed(`The server failed to do this; its log has the rest under ${(found as Incident).incident}.`);
  }

  async #fetch(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    try {
      return await fetch(`http://localhost${path}`, {
        unix: this.path,
        method,
        headers: { [USER_HEADER]: encodeURIComponent(this.user) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (why) {
      const { code = "", name = "" } = why as { code?: string; name?: string };
      if (ABSENT.has(code)) throw new NobodyThere(`Nobody listens on ${this.path}.`, { cause: why });
      if (code === "EACCES") throw new NotOurs(this.path);
      if (name === "TimeoutError") throw new NoAnswer(`Nothing came back from ${this.path}.`, { cause: why });
      throw why;
    }
  }
}
