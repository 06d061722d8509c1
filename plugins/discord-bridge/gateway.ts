import type { Host, Line, Undo } from "../../src/plugins/host.ts";

export interface Gateway {
  readonly token: string;
  readonly url: string;
  /** An event; `own` is the bot's id. */
  dispatch(type: string, data: any, own: string | undefined): void;
}

/** Discord's gateway, version 10: https://discord.com/developers/docs/events/gateway */
const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, acknowledged: 11 } as const;
/** GUILDS, GUILD_MESSAGES, MESSAGE_CONTENT. */
const INTENTS = (1 << 0) | (1 << 9) | (1 << 15);
/** Trying again would end the same way: wrong token, sharding, version, intents. */
const FATAL = new Set([4004, 4010, 4011, 4012, 4013, 4014]);
/** The session cannot be taken up again. */
const SESSION_OVER = new Set([1000, 1001, 4007, 4009]);
const LONGEST_PAUSE_S = 60;

/** Stays connected: beats, resumes where it was cut, identifies anew where it must, waits longer after each failure. */
export function openGateway(host: Host, { token, url, dispatch }: Gateway): void {
  let session: { readonly id: string; readonly url: string } | undefined;
  let sequence: number | null = null;
  let own: string | undefined;
  let failures = 0;

  const connect = (): void => {
    let line: Line | undefined;
    let stopBeating: Undo = () => {};
    let acknowledged = true;
    let over = false;
    const send = (op: number, d: unknown) => line?.send(JSON.stringify({ op, d }));
    const again = (pauseS: number): void => {
      if (over) return;
      over = true;
      stopBeating();
      line?.close();
      const undo = host.every(
        `${pauseS}s`,
        () => {
          undo();
          connect();
        },
        { where: "each" },
      );
    };
    const beat = (): void => {
      // A line on which nothing comes back is dead, whatever the network says.
      if (!acknowledged) return again(1);
      acknowledged = false;
      send(OP.heartbeat, sequence);
    };
    const hello = (interval: number): void => {
      stopBeating = host.every(`${Math.min(Math.max(Math.floor(interval), 1000), 600_000)}ms`, beat, { where: "each" });
      if (session) send(OP.resume, { token, session_id: session.id, seq: sequence });
      else send(OP.identify, { token, intents: INTENTS, properties: { os: "linux", browser: "chat", device: "chat" } });
    };
    const hear = (text: string): void => {
      const { op, d, s, t } = JSON.parse(text) as { op: number; d: any; s: number | null; t: string | null };
      if (op === OP.hello) hello(Number(d.heartbeat_interval));
      else if (op === OP.acknowledged) acknowledged = true;
      else if (op === OP.heartbeat) send(OP.heartbeat, sequence);
      else if (op === OP.reconnect) again(1);
      else if (op === OP.invalid) {
        if (d !== true) session = undefined;
        again(2);
      } else if (op === OP.dispatch) {
        if (typeof s === "number") sequence = s;
        if (t === "READY") {
          session = { id: String(d.session_id), url: String(d.resume_gateway_url ?? url) };
          own = String(d.user?.id);
        }
        if (t === "READY" || t === "RESUMED") {
          failures = 0;
          host.log.info("bridge.connected", { resumed: t === "RESUMED" });
        } else if (t) dispatch(t, d, own);
      }
    };
    const closed = (code: number): void => {
      if (FATAL.has(code)) {
        over = true;
        stopBeating();
        host.log.error("bridge.refused", {
          code,
          why:
            code === 4004
              ? "the token is wrong"
              : code === 4014
                ? "the bot lacks the intent for message content"
                : "see Discord's list of close codes",
        });
        return;
      }
      if (SESSION_OVER.has(code)) session = undefined;
      again(Math.min(2 ** failures++, LONGEST_PAUSE_S));
    };
    line = host.connect(`${(session?.url ?? url).replace(/\/$/, "")}/?v=10&encoding=json`, { message: hear, closed });
  };
  connect();
}
