import { z } from "zod";
import type { Rights } from "../domain/plugins/plugin.ts";
import type { Timers } from "../kernel/clock.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Asked, Host, Line, Plugin, Undo } from "./host.ts";
import type { FromPlugin, Registration, Told, ToPlugin } from "./messages.ts";
import { told, untold } from "./told.ts";

/** The thread as the server holds it. */
export interface Thread {
  post(message: ToPlugin): void;
  terminate(): void;
}
/** Starts a thread; `ended` is called once, however it ends. */
export type StartThread = (hear: (message: FromPlugin) => void, ended: (reason: string) => void) => Thread;

/** A thread that has not answered for as long is busy for ever: it is ended. */
const BEAT_MS = 5000;
/** Messages a plugin may send between two beats. */
const MOST_MESSAGES = 20_000;

export interface Isolated extends Plugin {
  /** Ends the thread. */
  end(): void;
}

/**
 * A plugin in a thread of its own, as a plugin: what its thread registers, it registers, with handlers that ask the thread. So rights,
 * deadlines and withdrawal are those of any other. It cannot hold up the server: a thread that stops answering is ended and `crashed` is told.
 */
export function isolated(
  from: {
    readonly name: string;
    readonly version: string;
    readonly entry: string;
    readonly rights: Rights;
    readonly options: unknown;
  },
  startThread: StartThread,
  timers: Timers,
  crashed: (reason: string) => void,
): Isolated {
  let over = false;
  let thread: Thread | undefined;
  let stopBeat: Undo = () => {};
  const end = () => {
    over = true;
    stopBeat();
    thread?.terminate();
    thread = undefined;
  };

  const start = async (host: Host): Promise<void> => {
    const running = new Map<number, PromiseWithResolvers<unknown>>();
    const tickets = new Map<number, Asked["call"]>();
    const undo = new Map<number, Undo>();
    const lines = new Map<number, Line>();
    const loaded = Promise.withResolvers<void>();
    let last = 0;
    let silent = false;
    let heard = 0;

    const crash = (reason: string) => {
      if (over) return;
      end();
      const error = new Error(reason);
      loaded.reject(error);
      for (const { reject } of running.values()) reject(error);
      crashed(reason);
    };
    const run = async (handler: number, args: unknown, behalf?: Asked["call"]): Promise<any> => {
      if (over) throw new Error("its thread has ended");
      const id = ++last;
      const answer = Promise.withResolvers<unknown>();
      running.set(id, answer);
      if (behalf) tickets.set(id, behalf);
      try {
        thread!.post({ say: "run", id, handler, ticket: id, args });
        return await answer.promise;
      } finally {
        running.delete(id);
        tickets.delete(id);
      }
    };
    const called = (handler: number) => (call: Asked) => {
      const { call: behalf, ...args } = call;
      return run(handler, args, behalf);
    };
    const register = (handler: number, what: Registration): Undo => {
      if (what.kind === "before") return host.before(what.operation, called(handler), { priority: what.priority });
      if (what.kind === "after") return host.after(what.operation, called(handler));
      if (what.kind === "on") return host.on(what.event, (event) => run(handler, event));
      if (what.kind === "every") return host.every(what.interval, () => run(handler, {}), { where: what.where });
      if (what.kind === "slash") return host.slash({ ...what.command, run: ({ call, ...args }) => run(handler, args, call) });
      if (what.kind === "operation") return host.operation({ ...what, input: schemaOf(what.input), run: called(handler) });
      const line = host.connect(what.url, {
        opened: () => void run(handler, { said: "opened" }),
        message: (text) => run(handler, { said: "message", text }),
        closed: (code, reason) => run(handler, { said: "closed", code, reason }),
      });
      lines.set(handler, line);
      return () => {
        lines.delete(handler);
        line.close();
      };
    };
    const answer = async (message: Extract<FromPlugin, { say: "ask" }>): Promise<unknown> => {
      const [first, second] = message.args;
      if (message.method === "call") {
        if (message.ticket === undefined) return host.call(first, second);
        const behalf = tickets.get(message.ticket);
        if (!behalf) throw new Refusal("forbidden", "plugin.late", { plugin: from.name });
        return behalf(first, second);
      }
      if (message.method === "fetch") return host.fetch(first, second);
      if (message.method === "get") return host.store.get(first);
      if (message.method === "set") return host.store.set(first, second);
      if (message.method === "delete") return host.store.delete(first);
      return host.store.keys(first);
    };
    const hear = (message: FromPlugin): void => {
      if (over) return;
      silent = false;
      if (++heard > MOST_MESSAGES) return crash("it says more than anybody can hear");
      if (message.say === "loaded") loaded.resolve();
      else if (message.say === "failed") loaded.reject(untold(message.error));
      else if (message.say === "register") {
        try {
          undo.set(message.handler, register(message.handler, message.what));
        } catch (why) {
          loaded.reject(why);
          host.log.error("plugin.registration-refused", { error: why });
        }
      } else if (message.say === "withdraw") {
        undo.get(message.handler)?.();
        undo.delete(message.handler);
      } else if (message.say === "ran") {
        const waiting = running.get(message.id);
        if (message.error) waiting?.reject(untold(message.error));
        else waiting?.resolve(message.value);
      } else if (message.say === "ask") {
        const { id } = message;
        answer(message).then(
          (value) => reply(id, value, undefined),
          (why) => reply(id, undefined, told(why)),
        );
      } else if (message.say === "send") lines.get(message.handler)?.send(message.text);
      else if (message.say === "log") host.log[message.level](String(message.event).slice(0, 200), message.fields);
    };
    const reply = (id: number, value: unknown, error: Told | undefined): void => {
      if (!over) thread?.post({ say: "answer", id, value, error });
    };

    thread = startThread(hear, (reason) => crash(reason));
    stopBeat = timers.every(BEAT_MS, () => {
      if (silent) return crash("it has stopped answering");
      silent = true;
      heard = 0;
      thread?.post({ say: "ping" });
    });
    thread.post({ say: "load", name: from.name, entry: from.entry, rights: from.rights, options: from.options });
    await loaded.promise;
  };

  return { name: from.name, version: from.version, options: z.unknown(), start, end };
}

/** As far as it can be said in JSON Schema; in the plugin's own thread the input is parsed by its own schema. */
function schemaOf(json: any): z.ZodType {
  try {
    return z.fromJSONSchema(json);
  } catch {
    return z.looseObject({});
  }
}
