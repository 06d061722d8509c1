import { z } from "zod";
import { systemClock } from "../kernel/clock.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Asked, Host, LineHandlers, Plugin, Undo } from "./host.ts";
import { milliseconds } from "./interval.ts";
import type { AskMethod, FromPlugin, Registration, ToPlugin } from "./messages.ts";
import { parsedOptions } from "./options.ts";
import { refuseEvent, refuseHost, refuseOperation } from "./rights.ts";
import { told, untold } from "./told.ts";
import { provideChatPlugin } from "./virtual-module.ts";

/** The thread of one installed plugin: everything it gets goes over messages, and ends with the thread. */
provideChatPlugin();

const post = (message: FromPlugin): void => postMessage(message);
const handlers = new Map<number, (args: any, behalf: Asked["call"]) => unknown>();
const waiting = new Map<number, PromiseWithResolvers<any>>();
let last = 0;

function ask(method: AskMethod, args: readonly unknown[], ticket?: number): Promise<any> {
  const id = ++last;
  const answer = Promise.withResolvers<any>();
  waiting.set(id, answer);
  try {
    post({ say: "ask", id, method, args, ticket });
  } catch (why) {
    waiting.delete(id);
    return Promise.reject(why as Error);
  }
  return answer.promise;
}

function register(what: Registration, handle: (args: any, behalf: Asked["call"]) => unknown): Undo {
  const handler = ++last;
  handlers.set(handler, handle);
  post({ say: "register", handler, what });
  return () => {
    if (handlers.delete(handler)) post({ say: "withdraw", handler });
  };
}

type Load = Extract<ToPlugin, { say: "load" }>;

const hostFor = <O>({ name, rights }: Load, options: O): Host<O> => ({
  name,
  options,
  before(operation, handle, order) {
    refuseOperation(rights, operation);
    return register({ kind: "before", operation, priority: order?.priority ?? 0 }, (call, behalf) =>
      handle({ ...call, call: behalf }),
    );
  },
  after(operation, handle) {
    refuseOperation(rights, operation);
    return register({ kind: "after", operation }, (call, behalf) => handle({ ...call, call: behalf }));
  },
  on(event, handle) {
    refuseEvent(rights, event);
    return register({ kind: "on", event }, (heard) => handle(heard));
  },
  slash: ({ run, ...command }) => register({ kind: "slash", command }, (call, behalf) => run({ ...call, call: behalf })),
  operation: ({ verb, summary, input = z.strictObject({}), needs = "manage_server", run }) =>
    register(
      { kind: "operation", verb, summary, needs, input: z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) },
      (call, behalf) => {
        const parsed = input.safeParse(call.input);
        if (!parsed.success)
          throw new Refusal("invalid-input", `plugin.${name}.${verb}`, {
            path: parsed.error.issues[0]?.path.join("."),
            message: parsed.error.issues[0]?.message,
          });
        return run({ ...call, input: parsed.data, call: behalf });
      },
    ),
  every(interval, handle, { where = "once" } = {}) {
    milliseconds(interval);
    return register({ kind: "every", interval, where }, () => handle());
  },
  call: (operation, input) => ask("call", [operation, input]),
  store: {
    get: (key) => ask("get", [key]),
    set: (key, value) => ask("set", [key, value]),
    delete: (key) => ask("delete", [key]),
    keys: (from) => ask("keys", [from]),
  },
  log: {
    debug: (event, fields) => post({ say: "log", level: "debug", event, fields }),
    info: (event, fields) => post({ say: "log", level: "info", event, fields }),
    warn: (event, fields) => post({ say: "log", level: "warn", event, fields }),
    error: (event, fields) => post({ say: "log", level: "error", event, fields }),
  },
  fetch: (url, request) => ask("fetch", [url, request]),
  connect(url, { opened, message, closed }: LineHandlers) {
    refuseHost(rights, url, ["ws:", "wss:"]);
    const close = register({ kind: "connect", url }, ({ said, text, code, reason }) => {
      if (said === "opened") return opened?.();
      if (said === "message") return message(text);
      return closed(code, reason);
    });
    const handler = last;
    return { send: (text) => post({ say: "send", handler, text }), close };
  },
  clock: { now: systemClock },
  refuse(sentence) {
    throw new Refusal("forbidden", "plugin.refused", { plugin: name, sentence: String(sentence).slice(0, 500) });
  },
});

async function load(message: Load): Promise<void> {
  try {
    const loaded = (await import(message.entry)) as { default?: Plugin };
    const definition = loaded.default;
    if (typeof definition?.start !== "function" || typeof definition.options?.safeParse !== "function")
      throw new Error("its file has no default export made by plugin({ name, version, options, start })");
    if (definition.name !== message.name) throw new Error(`its file says that it is called ${definition.name}`);
    await definition.start(hostFor(message, parsedOptions(definition.options, message.options)));
    post({ say: "loaded" });
  } catch (why) {
    post({ say: "failed", error: told(why) });
  }
}

async function handleCall({ id, handler, ticket, args }: Extract<ToPlugin, { say: "run" }>): Promise<void> {
  try {
    const handle = handlers.get(handler);
    const value = await handle?.(args, (operation, input) => ask("call", [operation, input], ticket));
    post({ say: "ran", id, value });
  } catch (why) {
    post({ say: "ran", id, error: told(why) });
  }
}

addEventListener("message", (event) => {
  const message = (event as MessageEvent<ToPlugin>).data;
  if (message.say === "load") void load(message);
  else if (message.say === "run") void handleCall(message);
  else if (message.say === "ping") post({ say: "pong" });
  else {
    const answer = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) answer?.reject(untold(message.error));
    else answer?.resolve(message.value);
  }
});
