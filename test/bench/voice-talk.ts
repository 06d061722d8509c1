import { join } from "node:path";
import type { Direction, RelaySeat } from "../../src/kernel/media-relay.ts";
import { on } from "./machine.ts";

export type EngineName = "port" | "werift";

/** What is asked of an engine in its own process. */
export type Asked =
  | { readonly id: number; readonly seat: RelaySeat; readonly direction: Direction; readonly offer: string }
  | { readonly id: number; readonly usage: true };

/** What an engine's process has used and done since it began. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly received: number;
  readonly sent: number;
}
type Told =
  { readonly ready: true } | { readonly id: number; readonly answer: string } | { readonly id: number; readonly usage: Usage };

/** An engine on a core of its own, as far as its clients need it. */
export class Engine implements AsyncDisposable {
  #next = 0;
  readonly #asked = new Map<number, (told: Told) => void>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #child;

  constructor(name: EngineName) {
    this.#child = Bun.spawn(on("0", [process.execPath, join(import.meta.dir, "voice-engine.ts"), name]), {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (told: Told) => {
        if ("ready" in told) return this.#ready.resolve();
        this.#asked.get(told.id)?.(told);
        this.#asked.delete(told.id);
      },
    });
  }
  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  async answer(seat: RelaySeat, direction: Direction, offer: string): Promise<string> {
    return ((await this.#ask({ seat, direction, offer })) as { answer: string }).answer;
  }
  async usage(): Promise<Usage> {
    return ((await this.#ask({ usage: true })) as { usage: Usage }).usage;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
  #ask(what: object): Promise<Told> {
    const id = this.#next++;
    this.#child.send({ id, ...what });
    return new Promise((told) => this.#asked.set(id, told));
  }
}
