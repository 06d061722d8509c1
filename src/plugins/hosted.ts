import { z } from "zod";
import { addedOperation } from "../domain/plugins/added-operation.ts";
import type { Rights } from "../domain/plugins/plugin.ts";
import { dropStoredValue, getStored, listStoredKeys, putStoredValue, takePluginTurn } from "../domain/plugins/plugin-store.ts";
import { slashRegistry } from "../domain/slash/registry.ts";
import type { ServerCommand } from "../domain/slash/server-command.ts";
import type { Timers } from "../kernel/clock.ts";
import type { Happened } from "../kernel/event.ts";
import { type Kernel, UNPROMPTED } from "../kernel/kernel.ts";
import type { Log } from "../kernel/log.ts";
import type { Actor, Operation } from "../kernel/operation.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Asked, Caller, Done, Fetched, FetchRequest, Host, Line, LineHandlers, SlashCommand, Undo } from "./host.ts";
import { milliseconds } from "./interval.ts";
import { hostsOfThisNetwork, refuseEvent, refuseHost, refuseOperation } from "./rights.ts";

/** What the machine lends plugins. */
export interface Lent {
  readonly kernel: Kernel;
  readonly community: string;
  readonly log: Log;
  readonly timers: Timers;
  /** Declared operations by name. */
  operation(name: string): Operation | undefined;
  /** Hears every event of one type. */
  listen(type: string, hear: (event: Happened) => void): Undo;
  /** Requests to public addresses, and to these hosts wherever they are. */
  fetch(allow: readonly string[], url: URL, request: FetchRequest): Promise<Fetched>;
  connect(allow: readonly string[], url: URL, handlers: LineHandlers): Line;
}

/** How long a handler may take, and how often in a row one may fail. */
const DEADLINE_MS = 5000;
export const MOST_FAILURES = 3;
/** What acts by the clock holds nobody up. */
const CLOCK_DEADLINE_MS = 60_000;
/** Handlers of one plugin under way at one time, and registrations it may hold. */
const MOST_UNDER_WAY = 1000;
const MOST_REGISTRATIONS = 500;
/** What a plugin may ask for, as itself or for somebody. */
const CALLS = { burst: 100, perMinute: 1200 } as const;
const LONGEST_ANSWER = 4000;
/** The reason of a refusal that a plugin made on purpose. */
const REFUSED = "plugin.refused";

/** One plugin's hold on the chat: what it registered, its rights, its failures. */
export class Hosted {
  readonly #undo = new Set<Undo>();
  /** Ends the waiting for handlers that are under way. */
  readonly #cuts = new Set<() => void>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly handles = new Set<string>();
  /** Names of its slash commands. */
  readonly commands = new Set<string>();
  readonly actor: Actor;
  /** By handler, in a row. */
  readonly #failures = new Map<string, number>();
  #open = true;

  constructor(
    readonly name: string,
    private readonly rights: Rights,
    private readonly lent: Lent,
    /** It failed too often. */
    private readonly broken: (reason: string) => void,
  ) {
    this.actor = { kind: "plugin", id: `plugin:${name}`, name, community: lent.community, granted: rights };
  }

  /** Takes everything back; what is under way is no longer waited for, and nothing more is taken. */
  withdraw(): void {
    this.#open = false;
    for (const undo of [...this.#undo, ...this.#cuts]) undo();
  }
  get registrations(): number {
    return this.#undo.size;
  }
  /** Resolves when no handler is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size) await Promise.allSettled(this.#underWay);
  }

  host<O>(options: O): Host<O> {
    const { lent, name, rights, actor } = this;
    const { kernel } = lent;
    const invoke = async (op: Operation, input: unknown): Promise<any> =>
      kernel.invoke(op as never, actor, input as never, UNPROMPTED);
    const log = lent.log.with({ plugin: name });
    return {
      name,
      options,
      before: (operation, handle, order) => {
        refuseOperation(rights, operation);
        const hook = (call: { name: string; actor: Actor; input: unknown }) => {
          if (this.#ownAct(call.actor)) return undefined;
          return this.#withTicket(call.actor, (behalf) =>
            this.#run(`before ${operation}`, () => handle({ ...asked(call), call: behalf }), onlyOnPurpose),
          );
        };
        return this.#keep(kernel.before(operation, hook, { priority: order?.priority ?? 0, by: name }), `before ${operation}`);
      },
      after: (operation, handle) => {
        refuseOperation(rights, operation);
        const hook = (call: { name: string; actor: Actor; input: unknown; output: unknown }) => {
          if (this.#ownAct(call.actor)) return;
          this.#aside(`after ${operation}`, () =>
            this.#withTicket(call.actor, async (behalf) => {
              await handle({ ...asked(call), output: call.output, call: behalf } satisfies Done);
            }),
          );
        };
        return this.#keep(kernel.after(operation, hook, { priority: 0, by: name }), `after ${operation}`);
      },
      on: (type, handle) => {
        refuseEvent(rights, type);
        const hear = (event: Happened) => {
          if (event.actor === actor.id) return;
          const heard = { type: event.type, at: event.at, actor: event.actor, data: event.data };
          this.#aside(`on ${type}`, () => handle(heard));
        };
        return this.#keep(lent.listen(type, hear), type);
      },
      slash: (command) => this.#keep(kernel.world.cell(slashRegistry).add(this.#command(command)), `/${command.name}`),
      operation: ({ verb, summary, input = z.strictObject({}), needs = "manage_server", run }) => {
        const op = addedOperation({
          plugin: name,
          verb,
          summary,
          input,
          needs,
          run: async (call) =>
            this.#withTicket(call.actor, (behalf) =>
              this.#run(verb, () => run({ ...asked({ name: op.name, ...call }), call: behalf }), everyRefusal),
            ),
        });
        return this.#keep(kernel.add(op), op.name);
      },
      every: (interval, handle, { where = "once" } = {}) => {
        const everyMs = milliseconds(interval);
        const turn = `${this.#turns++} ${interval}`;
        let running: Promise<unknown> | undefined;
        const tick = async () => {
          if (where === "once" && !(await invoke(takePluginTurn, { turn, everyMs })).taken) return;
          await handle();
        };
        const undo = lent.timers.every(everyMs, () => {
          running ??= this.#aside(`every ${interval}`, tick, CLOCK_DEADLINE_MS)?.finally(() => (running = undefined));
        });
        return this.#keep(undo, `every ${interval}`);
      },
      call: (operation, input) => this.#call(actor, operation, input),
      store: {
        get: async (key) => {
          const { value } = await invoke(getStored, { key });
          return value === null ? undefined : JSON.parse(value);
        },
        set: async (key, value) => {
          this.#pay();
          await invoke(putStoredValue, { key, value: JSON.stringify(value) ?? "null", most: rights.storage });
        },
        delete: async (key) => void (await invoke(dropStoredValue, { key })),
        keys: async (from = "") => (await invoke(listStoredKeys, { from })).keys,
      },
      log: { debug: log.debug, info: log.info, warn: log.warn, error: log.error },
      fetch: async (url, request = {}) => {
        this.#pay();
        const target = refuseHost(rights, url, ["http:", "https:"]);
        return lent.fetch(hostsOfThisNetwork(rights), target, request);
      },
      connect: (url, handlers) => {
        this.#pay();
        const target = refuseHost(rights, url, ["ws:", "wss:"]);
        const line = lent.connect(hostsOfThisNetwork(rights), target, {
          opened: () => this.#aside("connection", () => handlers.opened?.()),
          message: (text) => this.#aside("connection", () => handlers.message(text)),
          closed: (code, reason) => {
            this.#undo.delete(undo);
            this.#aside("connection", () => handlers.closed(code, reason));
          },
        });
        const undo = this.#keep(() => line.close());
        return line;
      },
      clock: { now: kernel.world.now },
      refuse: (sentence) => {
        throw new Refusal("forbidden", REFUSED, { plugin: name, sentence: String(sentence).slice(0, 500) });
      },
    };
  }

  #turns = 0;

  #ownAct(by: Actor): boolean {
    return by.id === this.actor.id || by.via === this.name;
  }

  #keep(take: Undo, handles?: string): Undo {
    if (!this.#open || this.#undo.size >= MOST_REGISTRATIONS) {
      take();
      throw new RangeError(this.#open ? `more than ${MOST_REGISTRATIONS} registrations` : "the plugin was stopped");
    }
    if (handles) this.handles.add(handles);
    const undo = () => {
      if (this.#undo.delete(undo)) take();
    };
    this.#undo.add(undo);
    return undo;
  }

  #pay(): void {
    if (!this.#open) throw new Refusal("unavailable", "plugin.withdrawn", { plugin: this.name });
    this.lent.kernel.world.pace.take(`plugin ${this.name}`, CALLS, "plugin.call");
  }

  async #call(as: Actor, name: string, input: unknown): Promise<unknown> {
    this.#pay();
    refuseOperation(this.rights, name);
    const op = this.lent.operation(name) ?? this.lent.kernel.added(name);
    if (!op) throw new Refusal("not-found", "operation", { operation: name });
    return this.lent.kernel.invoke(op as never, as, input as never, UNPROMPTED);
  }

  /** Lends the handler the rights of whoever called, until it is done. */
  #withTicket<T>(caller: Actor, handle: (behalf: Asked["call"]) => T): T {
    let valid = true;
    const expire = () => void (valid = false);
    let given: T;
    try {
      given = handle(async (operation, input) => {
        if (!valid) throw new Refusal("forbidden", "plugin.late", { plugin: this.name });
        return this.#call({ ...caller, via: this.name }, operation, input);
      });
    } catch (why) {
      expire();
      throw why;
    }
    if (given instanceof Promise) return given.finally(expire) as T;
    expire();
    return given;
  }

  #command({
    name,
    description,
    options = [],
    ephemeral = false,
    whitelistRoles,
    blacklistRoles,
    run,
  }: SlashCommand): ServerCommand {
    if (!/^[a-z0-9_-]{1,32}$/.test(name)) throw new RangeError(`/${name} is no name for a command`);
    this.commands.add(name);
    return {
      name,
      description: description.slice(0, 200),
      options: options.slice(0, 25).map((option) => ({
        name: option.name,
        description: option.description,
        type: option.type ?? "str",
        choices: option.choices ? [...option.choices] : null,
        required: option.required ?? true,
      })),
      whitelistRoles: whitelistRoles ?? null,
      blacklistRoles: blacklistRoles ?? null,
      ephemeral,
      run: async ({ actor, input }, _member, args) => {
        const { channel } = input as { channel: string };
        const answer = await this.#withTicket(actor, (behalf) =>
          this.#run(`/${name}`, () => run({ channel, actor: callerOf(actor), args, call: behalf }), everyRefusal),
        );
        if (answer === undefined) throw new Refusal("unavailable", "plugin.failed", { plugin: this.name });
        return String(answer).slice(0, LONGEST_ANSWER);
      },
    };
  }

  /** Runs what nobody waits for. */
  #aside(what: string, act: () => unknown, deadlineMs = DEADLINE_MS): Promise<unknown> | undefined {
    if (!this.#open) return undefined;
    const work = Promise.try(() => this.#run(what, act, onlyOnPurpose, deadlineMs)).catch(() => {});
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
    return work;
  }

  /**
   * Runs a handler within its deadline. What goes wrong is counted and passed over; only refusals that `passes` lets through are thrown.
   * A handler that answers at once is answered for at once: it stands before every message.
   */
  #run<T>(
    what: string,
    act: () => T | Promise<T>,
    passes: (why: Refusal) => boolean,
    deadlineMs = DEADLINE_MS,
  ): T | undefined | Promise<T | undefined> {
    if (!this.#open) return undefined;
    const worked = (value: T): T => {
      if (this.#failures.size) this.#failures.delete(what);
      return value;
    };
    const broke = (why: unknown): undefined => {
      if (why instanceof Refusal && passes(why)) {
        this.#failures.delete(what);
        throw why;
      }
      this.#failed(what, why);
      return undefined;
    };
    try {
      if (this.#underWay.size >= MOST_UNDER_WAY) throw new Error("it is too slow for what happens");
      const given = act();
      return given instanceof Promise ? this.#inTime(given, deadlineMs).then(worked, broke) : worked(given);
    } catch (why) {
      return broke(why);
    }
  }

  async #inTime<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
    const late = Promise.withResolvers<never>();
    const cancel = this.lent.timers.after(deadlineMs, () => late.reject(new Error(`no answer within ${deadlineMs} ms`)));
    const cut = () => late.reject(new Error("the plugin was stopped"));
    this.#cuts.add(cut);
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
      this.#cuts.delete(cut);
    }
  }

  #failed(what: string, why: unknown): void {
    if (!this.#open) return;
    const message = why instanceof Error ? why.message : String(why);
    const failures = (this.#failures.get(what) ?? 0) + 1;
    this.#failures.set(what, failures);
    this.lent.log.warn("plugin.failed", { plugin: this.name, what, failures, error: why });
    if (failures >= MOST_FAILURES) this.broken(`${what}: ${message}`);
  }
}

const callerOf = ({ kind, id, name }: Actor): Caller => ({ kind, id, name });
const asked = ({ name, actor, input }: { name: string; actor: Actor; input: unknown }) => ({
  operation: name,
  actor: callerOf(actor),
  input: input as any,
});
const onlyOnPurpose = (why: Refusal): boolean => why.reason === REFUSED;
/** The plugin did what somebody asked for, and the chat says no to them. */
const everyRefusal = (why: Refusal): boolean => why.reason !== "plugin.rights" && why.reason !== "plugin.withdrawn";
