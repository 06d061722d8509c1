import { describeAdded, describeOperations, operationNamed } from "../../domain/described.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Log } from "../../kernel/log.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal, REFUSALS } from "../../kernel/refusal.ts";
import { type Incident, type Refused, type Reloaded, type Status, USER_HEADER } from "./protocol.ts";
import { type Watched, watchStream } from "./watch.ts";

/** What the control socket reaches besides the operations. */
export interface Controlled {
  readonly kernel: Kernel;
  readonly log: Log;
  /** The operator, under the name they gave. */
  actor(name: string): Actor;
  readonly watched: Watched;
  status(): Status;
  /** Prometheus' text. */
  metrics(): string;
  /** Begins to stop; returns before it has. */
  stop(): void;
  /** Rejects with a sentence when the new settings are wrong. */
  reload(): Promise<Reloaded>;
}

/** Answers one request of the control socket. */
export function controlDoor(of: Controlled): (req: Request) => Promise<Response> {
  const answers: Readonly<Record<string, (req: Request) => Response | Promise<Response>>> = {
    "GET /operations": () => Response.json([...describeOperations(), ...describeAdded(of.kernel)]),
    "GET /status": () => Response.json(of.status()),
    "GET /metrics": () => new Response(of.metrics(), { headers: { "content-type": "text/plain; version=0.0.4" } }),
    "GET /watch": () => new Response(watchStream(of.watched), { headers: { "content-type": "application/x-ndjson" } }),
    "POST /stop": () => {
      // The answer first: the socket it goes through is among what ends.
      setImmediate(of.stop);
      return Response.json({ stopping: true });
    },
    "POST /reload": async () => {
      try {
        return Response.json(await of.reload());
      } catch (why) {
        if (!(why instanceof Error)) throw why;
        return refused(new Refusal("invalid-input", "settings", { sentence: why.message }));
      }
    },
  };
  return async (req) => {
    const { pathname } = new URL(req.url);
    try {
      const answer = answers[`${req.method} ${pathname}`];
      if (answer) return await answer(req);
      const [, name] = /^\/call\/([a-z0-9.-]{1,100})$/.exec(pathname) ?? [];
      if (name && req.method === "POST") return Response.json(await call(of, name, req));
      return refused(new Refusal("not-found", "control.path", { path: pathname }));
    } catch (why) {
      if (why instanceof Refusal) return refused(why);
      const incident = of.kernel.world.random(6);
      of.log.error("request.failed", { incident, path: pathname, wire: "control", error: why });
      return Response.json({ incident } satisfies Incident, { status: 500 });
    }
  };
}

const refused = ({ code, reason, facts }: Refusal): Response =>
  Response.json({ error: { code, reason, facts } } satisfies Refused, { status: REFUSALS[code].http });

const NAME = /^[\p{L}\p{N}_.@\\ -]{1,64}$/u;

async function call(of: Controlled, name: string, req: Request): Promise<unknown> {
  const operation = operationNamed(name) ?? of.kernel.added(name);
  if (!operation) throw new Refusal("not-found", "operation", { operation: name });
  const text = await req.text();
  let input: unknown = {};
  try {
    if (text !== "") input = JSON.parse(text);
  } catch {
    throw new Refusal("invalid-input", "control.json");
  }
  return of.kernel.invoke(operation as never, of.actor(callerName(req) ?? "console"), input as never);
}

function callerName(req: Request): string | undefined {
  try {
    const name = decodeURIComponent(req.headers.get(USER_HEADER) ?? "");
    return NAME.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
