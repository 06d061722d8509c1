import type { z } from "zod";
import type { EventData, EventName } from "../domain/index.ts";
import type { Happened } from "../kernel/event.ts";
import { once } from "../kernel/once.ts";
import type { Actor, Operation } from "../kernel/operation.ts";

/** One live connection as the hub knows it. */
export interface Session {
  readonly id: string;
  /** Who sits there; set before the hub is asked to let it listen. */
  readonly actor: Actor;
  /** Puts one encoded frame on its way, after everything sent or published to it before. */
  send(frame: string): void;
  /** Closes the connection after what was sent. */
  end(reason: string): void;
}

/** One spelling of one operation on one wire: how a request becomes input, and how output becomes a reply. */
export interface Binding<Op extends Operation = Operation, Req extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly operation: Op;
  readonly request: Req;
  toInput(request: z.output<Req>): z.input<Op["input"]>;
  /** One frame, several, or none. */
  toReply(output: z.output<Op["output"]>, request: z.output<Req>): unknown;
  /** The event whose frame is the answer; `toReply` then serves only when nothing happened (a message sent twice). */
  readonly answer?: EventName;
}
/** Declares a binding; the request's schema is made when it is first wanted, as an operation's are. */
export function binding<Op extends Operation, Req extends z.ZodType>({
  request,
  ...rest
}: Omit<Binding<Op, Req>, "request"> & { readonly request: () => Req }): Binding<Op, Req> {
  const requestOnce = once(request);
  return {
    ...rest,
    get request() {
      return requestOnce();
    },
  };
}

/** A frame that differs by viewer, made for each session that listens; for rare events only. */
export class Each {
  constructor(readonly make: (session: Session) => Promise<unknown>) {}
}
/** The last words to whoever listens; then their connections are closed. */
export class Farewell {
  constructor(
    readonly frames: readonly unknown[],
    readonly reason: string,
  ) {}
}

/**
 * How a wire says each event: a frame, several in an array, one for each viewer, a farewell, or nothing for this occurrence (`undefined`).
 * Leaving an event out is a compile error; keeping silent about one is an explicit `null`.
 */
export type Renderings = {
  readonly [E in EventName]: ((event: Happened<EventData<E>>) => unknown) | null;
};

/** The sessions of a wire that hear exactly the same, and the topic by which its transport reaches them all. */
export interface Circle {
  readonly topic: string;
  readonly sessions: ReadonlySet<Session>;
}

/** What the hub needs of a wire. */
export interface Outlet {
  readonly wire: string;
  readonly renderings: Renderings;
  encode(frame: unknown): string;
  /** The asking session's own copy of a frame, with the correlation value it asked for. */
  tagged(frame: unknown, listener: string): unknown;
  /** Tells the transport that a session now belongs to a topic, or no longer. Each belongs to one, and for a moment to two. */
  subscribe(session: Session, topic: string): void;
  unsubscribe(session: Session, topic: string): void;
  /** A session no longer hears a channel (`c:<id>`) or its community. */
  lost(session: Session, what: string): void;
  /** One encoded frame to all of these circles. */
  publish(circles: Iterable<Circle>, frame: string, except?: Session): void;
}
