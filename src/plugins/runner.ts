import { listPlugins } from "../domain/plugins/list-plugins.ts";
import { type Installed, Rights } from "../domain/plugins/plugin.ts";
import { reportStarted, reportStopped, showOwnPlugin } from "../domain/plugins/report-plugin.ts";
import type { Known, PluginRuntime } from "../domain/plugins/runtime.ts";
import type { Timers } from "../kernel/clock.ts";
import type { Happened } from "../kernel/event.ts";
import { announceCommands } from "../domain/slash/register-commands.ts";
import { UNPROMPTED } from "../kernel/kernel.ts";
import type { Actor } from "../kernel/operation.ts";
import type { Bundled } from "./bundled.ts";
import type { Plugin, Undo } from "./host.ts";
import { Hosted, type Lent, MOST_FAILURES } from "./hosted.ts";
import { isolated, type StartThread } from "./isolated.ts";
import { parsedOptions } from "./options.ts";

/** Where installed plugins lie. */
export interface Shelf {
  /** The file to load. Rejects with a sentence when the files are not those that were installed. */
  entry(name: string, installed: Installed): Promise<string>;
  /** Calls when something changes in the folder of one that is worked on; returns the undo. */
  watch(name: string, installed: Installed, changed: () => void): Undo;
}

export interface RunnerParts extends Omit<Lent, "listen"> {
  readonly bundled: readonly Bundled[];
  readonly shelf: Shelf;
  readonly startThread: StartThread;
  /** By which threads are watched; the others unless said. */
  readonly watchTimers?: Timers;
  /** What config.json5 says, by plugin. */
  options(): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  subscribe(hear: (event: Happened) => void): Undo;
  /** The console, which lists what there is. */
  readonly console: Actor;
}

const START_MS = 10_000;
/** Before a plugin that crashed is started again; doubled each time. */
const FIRST_PAUSE_MS = 1000;
/** One that has run so long has recovered. */
const RECOVERED_MS = 300_000;

interface Running {
  readonly hosted: Hosted;
  readonly version: string;
  end(): void;
}

/** Keeps each plugin as the database says it should be: loads, unloads, starts again after a crash, gives up after three. */
export class PluginRunner implements PluginRuntime, AsyncDisposable {
  readonly asleep = false;
  readonly #running = new Map<string, Running>();
  readonly #stopped = new Map<string, string>();
  readonly #crashes = new Map<string, number>();
  readonly #later = new Map<string, Undo>();
  readonly #watching = new Map<string, Undo>();
  readonly #taps = new Map<string, Set<(event: Happened) => void>>();
  readonly #bundled: ReadonlyMap<string, Bundled>;
  readonly #unsubscribe: Undo;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(private readonly parts: RunnerParts) {
    this.#bundled = new Map(parts.bundled.map((plugin) => [plugin.name, plugin]));
    this.#unsubscribe = parts.subscribe((event) => {
      const taps = this.#taps.get(event.type);
      if (taps) for (const hear of [...taps]) hear(event);
    });
  }

  known(): Known[] {
    const names = new Set([...this.#bundled.keys(), ...this.#running.keys(), ...this.#stopped.keys()]);
    return [...names].map((name) => {
      const running = this.#running.get(name);
      const known = knownOf(name, this.#bundled.get(name));
      return {
        ...known,
        version: running?.version ?? known.version,
        state: running ? "running" : this.#stopped.has(name) ? "stopped" : "off",
        reason: this.#stopped.get(name) ?? null,
        handles: [...(running?.hosted.handles ?? [])],
      };
    });
  }

  /** One after the other; a plugin that an operator asks for gets three new tries. */
  apply(name?: string): Promise<void> {
    return this.#queued(async () => {
      const names = name === undefined ? await this.#names() : [name];
      for (const one of names) {
        this.#crashes.delete(one);
        await this.#bring(one);
      }
    });
  }

  /** Resolves when nothing is being loaded and no handler is under way. */
  async settled(): Promise<void> {
    let queue;
    do {
      queue = this.#queue;
      await queue;
      for (const { hosted } of this.#running.values()) await hosted.settled();
    } while (queue !== this.#queue);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const undo of [...this.#later.values(), ...this.#watching.values()]) undo();
    await this.#queue;
    for (const name of [...this.#running.keys()]) this.#unload(name);
    this.#unsubscribe();
  }

  #queued(act: () => Promise<void>): Promise<void> {
    const work = this.#queue.then(() => (this.#closed ? undefined : act()));
    this.#queue = work.catch(() => {});
    return work;
  }

  async #names(): Promise<string[]> {
    const { plugins } = await this.parts.kernel.invoke(listPlugins, this.parts.console, {}, UNPROMPTED);
    const names = new Set([...plugins.map(({ name }) => name), ...this.#running.keys()]);
    for (const name of Object.keys(this.parts.options()))
      if (!names.has(name)) this.parts.log.warn("plugin.unknown", { plugin: name, key: `plugins.${name}` });
    return [...names].toSorted();
  }

  /** Unloads, and loads when it should run. Never throws for the plugin's sake. */
  async #bring(name: string): Promise<void> {
    const { community } = this.parts;
    const self: Actor = { kind: "plugin", id: `plugin:${name}`, name, community };
    const before = this.#unload(name);
    await this.#load(name, before !== undefined, self);
    await this.#announce([...(before ?? []), ...(this.#running.get(name)?.hosted.commands ?? [])]);
  }

  async #load(name: string, was: boolean, self: Actor): Promise<void> {
    const { kernel, log } = this.parts;
    this.#stopped.delete(name);
    const record = await kernel.invoke(showOwnPlugin, self, {}, UNPROMPTED);
    const bundled = this.#bundled.get(name);
    const exists = bundled ?? record.installed;
    if (!exists || !(record.enabled ?? bundled?.enabledByDefault ?? false)) {
      this.#watching.get(name)?.();
      this.#watching.delete(name);
      if (was) await this.#report(name, false, exists ? "it was disabled" : "it was removed");
      return;
    }
    const options = { ...record.options, ...this.parts.options()[name] };
    try {
      const running = bundled
        ? await this.#start(bundled, Rights.parse(bundled.rights ?? {}), parsedOptions(bundled.options, options))
        : await this.#startInstalled(name, record.installed!, options);
      this.#running.set(name, running);
      log.info("plugin.started", { plugin: name, version: running.version });
      await kernel.invoke(reportStarted, self, { version: running.version }, UNPROMPTED);
    } catch (why) {
      await this.#giveUp(name, why instanceof Error ? why.message : String(why));
    }
  }

  async #startInstalled(name: string, installed: Installed, options: unknown): Promise<Running> {
    const { shelf, timers, watchTimers = timers, startThread } = this.parts;
    if (!this.#watching.has(name))
      this.#watching.set(
        name,
        shelf.watch(name, installed, () => void this.apply(name)),
      );
    const entry = await shelf.entry(name, installed);
    const from = { name, version: installed.version, entry, rights: installed.rights, options };
    const plugin = isolated(from, startThread, watchTimers, (reason) => this.#crashed(name, reason));
    return this.#start(plugin, installed.rights, undefined, plugin.end);
  }

  async #start(plugin: Plugin, rights: Rights, options: unknown, end: () => void = () => {}): Promise<Running> {
    const { name, version } = plugin;
    const lent: Lent = { ...this.parts, listen: (type, hear) => this.#listen(type, hear) };
    const hosted = new Hosted(name, rights, lent, (reason) => {
      const since = this.#running.get(name);
      if (since?.hosted !== hosted) return;
      this.#withdraw(name);
      void this.#queued(() => this.#giveUp(name, reason));
    });
    const late = Promise.withResolvers<never>();
    const cancel = this.parts.timers.after(START_MS, () => late.reject(new Error(`it has not started within ${START_MS} ms`)));
    try {
      await Promise.race([plugin.start(hosted.host(options)), late.promise]);
    } catch (why) {
      hosted.withdraw();
      end();
      throw why;
    } finally {
      cancel();
    }
    const recovered = this.parts.timers.after(RECOVERED_MS, () => this.#crashes.delete(name));
    return {
      hosted,
      version,
      end() {
        recovered();
        hosted.withdraw();
        end();
      },
    };
  }

  /** Tells clients which of these commands are there and which are gone. */
  async #announce(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const { kernel, console: operator, log } = this.parts;
    try {
      await kernel.invoke(announceCommands, operator, { names: [...new Set(names)].slice(0, 100) }, UNPROMPTED);
    } catch (error) {
      log.error("plugin.unannounced", { error });
    }
  }

  #withdraw(name: string): void {
    const commands = this.#unload(name);
    if (commands?.length) void this.#queued(() => this.#announce(commands));
  }

  /** Gives the names of the commands it had; undefined when it was not running. */
  #unload(name: string): string[] | undefined {
    this.#later.get(name)?.();
    this.#later.delete(name);
    const running = this.#running.get(name);
    this.#running.delete(name);
    running?.end();
    return running && [...running.hosted.commands];
  }

  /** Its thread is gone: a pause, then another try; the third time in a row is the last. */
  #crashed(name: string, reason: string): void {
    if (!this.#running.has(name)) return;
    const crashes = (this.#crashes.get(name) ?? 0) + 1;
    this.#withdraw(name);
    this.#crashes.set(name, crashes);
    this.parts.log.error("plugin.crashed", { plugin: name, reason, crashes });
    if (crashes >= MOST_FAILURES) return void this.#queued(() => this.#giveUp(name, reason));
    this.#stopped.set(name, `${reason}; it will be started again`);
    const again = () => {
      this.#later.delete(name);
      void this.#queued(() => this.#bring(name));
    };
    this.#later.set(name, this.parts.timers.after(FIRST_PAUSE_MS * 2 ** (crashes - 1), again));
  }

  async #giveUp(name: string, reason: string): Promise<void> {
    this.#stopped.set(name, reason.slice(0, 1000));
    this.parts.log.error("plugin.stopped", { plugin: name, reason });
    await this.#report(name, true, reason);
  }

  async #report(name: string, failed: boolean, reason: string): Promise<void> {
    const { kernel, community, log } = this.parts;
    const self: Actor = { kind: "plugin", id: `plugin:${name}`, name, community };
    try {
      await kernel.invoke(reportStopped, self, { failed, reason: reason.slice(0, 1000) }, UNPROMPTED);
    } catch (error) {
      log.error("plugin.unreported", { plugin: name, error });
    }
  }

  #listen(type: string, hear: (event: Happened) => void): Undo {
    const taps = this.#taps.get(type) ?? new Set();
    this.#taps.set(type, taps.add(hear));
    return () => {
      taps.delete(hear);
      if (!taps.size && this.#taps.get(type) === taps) this.#taps.delete(type);
    };
  }

  /** Events that some plugin hears; none when every plugin is gone. */
  get taps(): number {
    return this.#taps.size;
  }
}

const knownOf = (name: string, bundled: Bundled | undefined): Known => ({
  name,
  version: bundled?.version ?? "",
  description: bundled?.description ?? "",
  enabledByDefault: bundled?.enabledByDefault ?? false,
  rights: Rights.parse(bundled?.rights ?? {}),
  state: "asleep",
  reason: null,
  handles: [],
});

/** Where no server runs: the bundled plugins are known, and what is changed takes effect at the next start. */
export const sleepingPlugins = (bundled: readonly Bundled[]): PluginRuntime => ({
  asleep: true,
  known: () => bundled.map((plugin) => knownOf(plugin.name, plugin)),
  apply: async () => {},
});
