import type { z } from "zod";
import { once } from "./once.ts";

/**
 * Who may see an event. The hub turns this into sessions; nobody else does. `except` names sessions that already know or are told otherwise.
 * `operators`: no client, only who watches the server itself.
 */
export type Audience = (
  | { readonly channel: string }
  | { readonly user: string }
  | { readonly session: string }
  | { readonly sessions: readonly string[] }
  | { readonly community: string }
  | { readonly operators: true }
) & { readonly except?: string | readonly string[] | undefined };

/** Whose view of the channels an event may have changed: the hub asks again what these may hear. */
export type Reshapes = { readonly user: string } | "everyone";

export interface EventType<Name extends string = string, Data = unknown> {
  readonly name: Name;
  readonly summary: string;
  readonly data: z.ZodType<Data>;
  /** Durable events are written with the change they report and can be replayed; the rest (typing) are only sent. */
  readonly durable: boolean;
  /** What is written down of it where that is less than what is told: what people said is read where it stands. Without it, all of its data. */
  readonly logged?: (data: Data) => unknown;
  readonly reshapes?: (data: Data) => Reshapes;
}

/** The call an event stems from, so that the asking session can be told "this is your answer". */
export interface Origin {
  readonly session: string;
  /** The event whose frame is the answer, and the correlation value the client asked to have echoed in its copy. */
  readonly answer?: { readonly event: string; readonly listener?: string | undefined } | undefined;
  /** Set by the hub when the answer went out to the asking session. */
  answered: boolean;
  /** Called when the call is about to hand its change to the store: what is asked after that is written after it. */
  readonly committing?: (() => void) | undefined;
}

export interface Happened<Data = unknown> {
  /** Position in the event log; absent on events that are not durable. Set by the store on commit. */
  seq?: number;
  readonly type: string;
  readonly at: number;
  readonly actor: string;
  readonly community: string;
  readonly to: Audience;
  readonly data: Data;
  /** Only in the process where it happened; neither logged nor sent over a bus. */
  readonly origin?: Origin | undefined;
}

/** Declares an event; what it carries is made when it is first wanted, as an operation's schemas are. */
export function eventType<const Name extends string, S extends z.ZodType>({
  data,
  ...rest
}: {
  name: Name;
  summary: string;
  data: () => S;
  durable: boolean;
  logged?: (data: z.output<S>) => unknown;
  reshapes?: (data: z.output<S>) => Reshapes;
}): EventType<Name, z.output<S>> {
  const dataOnce = once(data);
  return {
    ...rest,
    get data() {
      return dataOnce();
    },
  } as EventType<Name, z.output<S>>;
}
