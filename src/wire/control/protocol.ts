import type { Happened } from "../../kernel/event.ts";
import type { LogEntry } from "../../kernel/log.ts";
import type { RefusalCode } from "../../kernel/refusal.ts";

/**
 * What goes over the control socket: HTTP with JSON.
 *
 *     POST /call/<operation>   the input as body; 200 with the output, or a `Refused` with its status, or 500 with an `Incident`
 *     GET  /operations         every operation with its schemas
 *     GET  /watch              a `WatchLine` a line, without end
 *     GET  /status             a `Status`
 *     GET  /metrics            Prometheus' text
 *     POST /stop, POST /reload
 *
 * The socket file's permission is the right to all of it. Who calls is named by the header `USER_HEADER`, for the log of acts only.
 */
export const USER_HEADER = "chat-user";

export interface Refused {
  readonly error: { readonly code: RefusalCode; readonly reason: string; readonly facts: Readonly<Record<string, unknown>> };
}
export interface Incident {
  /** The number under which the server's log has the rest. */
  readonly incident: string;
}
export const isRefused = (body: unknown): body is Refused => typeof body === "object" && body !== null && "error" in body;

export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly community: string;
  /** Where clients connect: `ws://`, `wss://`; and the line chat, `tcp://`, `tls://`. */
  readonly urls: readonly string[];
  /** Every port that is listened on. */
  readonly doors: readonly OpenDoor[];
  /** Null where no media of calls is relayed. */
  readonly voice: RelayAt | null;
  readonly data: string;
  readonly database: "sqlite" | "postgres";
  /** Settings by key path from its command line, which nobody else can know. No secret is ever given there. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stats: Stats;
}

/** A port that the server listens on; who comes in there is told by its name. */
export interface OpenDoor {
  readonly of: "web" | "line chat" | "encrypted line chat" | "tokens" | "metrics" | "certificates";
  /** As it stands in the settings: an address, or every network of this machine. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Where clients send the media of calls, by UDP. */
export interface RelayAt {
  readonly engine: "port" | "werift";
  readonly host: string;
  readonly port: number;
  /** False until somebody was in a call that is relayed: the port is free so long. */
  readonly open: boolean;
  /** Addresses that clients are told besides those of this machine. */
  readonly advertised: readonly string[];
}

/** Figures of a running server; rates are of the last second, quantiles of the newest thousand, in milliseconds. */
export interface Stats {
  readonly at: number;
  /** By wire. */
  readonly sessions: Readonly<Record<string, number>>;
  readonly connections: number;
  readonly messages: { readonly total: number; readonly perSecond: number };
  readonly deliveries: { readonly total: number; readonly perSecond: number };
  readonly acknowledgement: Quantiles;
  readonly commit: Quantiles;
  /** Bytes. */
  readonly residentBytes: number;
  readonly uptimeSeconds: number;
  readonly eventLoopLagMs: number;
}
export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Snapshot {
  readonly status: Status;
  readonly channels: readonly unknown[];
  readonly sessions: readonly SeenSession[];
  readonly flows: readonly SeenFlow[];
  /** The newest lines of the server's log, oldest first. */
  readonly log: readonly LogEntry[];
}
/** What the relay forwards of one participant of a call. Rates and losses are null until there is something to compare with. */
export interface SeenFlow {
  readonly channel: string;
  /** As the seats have it that the operator is shown. */
  readonly stream: string;
  readonly speaking: boolean;
  /** From the participant, and to them. */
  readonly in: FlowRate;
  readonly out: FlowRate;
}
export interface FlowRate {
  /** Packets in the last second. */
  readonly perSecond: number | null;
  /** Percent of the packets of the last ten seconds. */
  readonly lost: number | null;
}
export interface SeenSession {
  readonly id: string;
  readonly wire: string;
  readonly user: string;
  readonly name: string;
}
/**
 * What `/watch` says: once a snapshot, then events, the coming and going of sessions and lines of the log as they happen, and every second
 * the figures, and while the relay forwards anything what it forwards (once more when it ceases). `lost`: so many lines were left out because the reader was slow.
 */
export type WatchLine =
  | ({ readonly type: "snapshot" } & Snapshot)
  | { readonly type: "event"; readonly event: SeenEvent }
  | { readonly type: "opened"; readonly session: SeenSession }
  | { readonly type: "closed"; readonly session: string }
  | { readonly type: "log"; readonly entry: LogEntry }
  | ({ readonly type: "stats" } & Stats)
  | { readonly type: "flows"; readonly flows: readonly SeenFlow[] }
  | { readonly type: "lost"; readonly lines: number };
export type SeenEvent = Omit<Happened, "origin"> & { readonly origin?: undefined };

/** What became of a `reload`. */
export interface Reloaded {
  /** Keys whose new values are in force. */
  readonly changed: readonly string[];
  /** Keys whose new values wait for a restart. */
  readonly needRestart: readonly string[];
  readonly warnings: readonly string[];
}
