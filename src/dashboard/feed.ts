import { type ControlClient, NobodyThere } from "../admin/control-client.ts";
import type { ListedChannel } from "../domain/channels/channel.ts";
import type { EventData } from "../domain/index.ts";
import type { Timers } from "../kernel/clock.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { WatchLine } from "../wire/control/protocol.ts";
import { EMPTY, fold, type Input, type State } from "./store.ts";
import { saysNothingNew } from "./unhurried.ts";

/** Until the next try after the server went away. */
const RETRY_MS = 1000;
/** Changes are shown together, this often at most. */
const SHOWN_MS = 100;
/** What says nothing new waits as long at most: drawing the screen is nearly all that an idle dashboard costs. */
const UNHURRIED_MS = 5000;
/** Either shows all that came, so that the other has nothing left to show. */
const SHOWING = ["show", "unhurried"];
/** Lists that are asked for again, after what happened meanwhile has settled. */
const SETTLED_MS = 500;

/** Events after which the list of members is asked for again. */
const ABOUT_MEMBERS = /^(member|role)\./;
/** Acts after which the list of plugins is asked for again: one that does not run is switched, installed or removed without an event. */
const ABOUT_PLUGINS = /^plugin_/;
const actionOf = (data: unknown): string => (data as EventData<"modlog.recorded">).entry.action;
/** These are told twice, each time to others: asking is simpler than putting them together. */
const ABOUT_CALLS = /^voice\.(joined|updated|left)$/;

/** The state of a server as it comes in, kept until `stop`; when the server goes away, tried again until it is back. */
export class Feed {
  #shown: State = EMPTY;
  /** What came since. */
  #waiting: Input[] = [];
  readonly #stop = new AbortController();
  readonly #hearing = new Set<() => void>();
  readonly #soon = new Map<string, () => void>();

  constructor(
    private readonly client: Pick<ControlClient, "watch" | "call">,
    private readonly timers: Timers,
    private readonly now: () => number,
  ) {}

  /** What is to be shown; the same object until `subscribe`'s hearer was called. */
  readonly shown = (): State => this.#shown;
  readonly subscribe = (hear: () => void): (() => void) => {
    this.#hearing.add(hear);
    return () => void this.#hearing.delete(hear);
  };

  /** Follows the server until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let why = "The server has ended.";
      try {
        for await (const line of this.client.watch(signal)) {
          if (signal.aborted) return;
          this.#hear(line);
        }
      } catch (error) {
        why = error instanceof NobodyThere ? "No server is running." : `The connection broke: ${(error as Error).message}.`;
      }
      if (signal.aborted) return;
      this.#put({ type: "gone", why, at: this.now() });
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#later("retry", RETRY_MS, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
    }
  }
  stop(): void {
    this.#stop.abort();
    for (const cancel of this.#soon.values()) cancel();
    this.#soon.clear();
  }

  #hear(line: WatchLine): void {
    this.#put(line);
    if (line.type === "snapshot") {
      this.#ask("members");
      this.#ask("acts");
      this.#ask("plugins");
      // A list of channels names people, not what is relayed of them.
      for (const { id, voice } of line.channels as readonly ListedChannel[]) if (voice.length) this.#askSeats(id);
    }
    if (line.type === "flows") {
      const known = new Set([...this.#shown.voice.values()].flat().map(({ stream }) => stream));
      for (const { channel, stream } of line.flows)
        if (!known.has(stream)) this.#later(`seats ${channel}`, SHOWN_MS, () => this.#askSeats(channel));
    }
    if (line.type !== "event") return;
    const { type, data } = line.event;
    if (ABOUT_MEMBERS.test(type)) this.#later("members", SETTLED_MS, () => this.#ask("members"));
    else if (type.startsWith("plugin.") || (type === "modlog.recorded" && ABOUT_PLUGINS.test(actionOf(data))))
      this.#later("plugins", SETTLED_MS, () => this.#ask("plugins"));
    else if (ABOUT_CALLS.test(type)) {
      const { channel } = (data as { place: { channel: string } }).place;
      this.#later(`seats ${channel}`, SHOWN_MS, () => this.#askSeats(channel));
    }
  }

  #ask(what: "members" | "acts" | "plugins"): void {
    const asked = {
      members: () => this.client.call("user.list", {}).then(({ members }: any) => ({ type: "members", members }) as Input),
      acts: () =>
        this.client.call("modlog.list", { limit: 200 }).then(({ entries }: any) => ({ type: "acts", acts: entries }) as Input),
      plugins: () => this.client.call("plugin.list", {}).then(({ plugins }: any) => ({ type: "plugins", plugins }) as Input),
    };
    this.#take(asked[what]());
  }
  #askSeats(channel: string): void {
    this.#take(
      this.client.call("voice.state", { channel }).then(({ seats }: any) => ({ type: "seats", channel, seats }) as Input),
    );
  }
  /** What a server does not have or will not tell is not shown; that it went away is told by the stream. */
  #take(asked: Promise<Input>): void {
    asked.then(
      (input) => this.#put(input),
      (why: unknown) => {
        if (why instanceof Refusal || this.#stop.signal.aborted || why instanceof NobodyThere) return;
        this.#put({
          type: "log",
          entry: { at: this.now(), level: "warn", event: "dashboard.failed", text: (why as Error).message },
        });
      },
    );
  }

  #put(input: Input): void {
    this.#waiting.push(input);
    if (saysNothingNew(this.#shown, input)) this.#later("unhurried", UNHURRIED_MS, () => this.#show());
    else this.#later("show", SHOWN_MS, () => this.#show());
  }
  #show(): void {
    for (const key of SHOWING) {
      this.#soon.get(key)?.();
      this.#soon.delete(key);
    }
    this.#shown = fold(this.#shown, this.#waiting);
    this.#waiting = [];
    for (const hear of this.#hearing) hear();
  }
  /** Once, however often it is asked for meanwhile. */
  #later(key: string, ms: number, act: () => void): void {
    if (this.#stop.signal.aborted || this.#soon.has(key)) return;
    const cancel = this.timers.after(ms, () => {
      this.#soon.delete(key);
      act();
    });
    this.#soon.set(key, cancel);
  }
}
