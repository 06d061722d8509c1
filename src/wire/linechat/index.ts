import type { Community } from "../../domain/community/community.ts";
import type { Settings } from "../../config/schema.ts";
import type { Timers } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Log } from "../../kernel/log.ts";
import type { Circle, Outlet, Renderings, Session } from "../wire.ts";
import { LineSession } from "./session.ts";
import type { Link, Terminal } from "./terminal.ts";
import { Printed } from "./printed.ts";
import { Recent } from "./recent.ts";
import { renderings } from "./render.ts";
import type { Said } from "./said.ts";
import { converse } from "./conversation.ts";

/** What the wire asks of the hub. */
interface Listening {
  listen(session: Session, wire: string): Promise<void>;
  forget(session: Session): void;
}

const COUNTDOWN_SECONDS = 5;

/** Line chat: text over TCP (reference/chatsock.md). One of these serves one community. */
export class LineChat implements Outlet {
  readonly wire = "linechat";
  readonly renderings: Renderings;
  readonly recent = new Recent();
  hub!: Listening;
  /** Where people connect, as the welcome names it. */
  address = "";
  /** With the visit that takes place on each. */
  readonly #open = new Map<LineSession, Promise<void>>();
  readonly #closing = new Set<Promise<void>>();
  #unsent = new Set<Terminal>();
  #finishing = false;

  constructor(
    readonly kernel: Kernel,
    public community: Community,
    readonly log: Log,
    readonly timers: Timers,
  ) {
    this.renderings = renderings(this.recent);
  }

  get settings(): Settings["tcp"] {
    return this.kernel.world.settings.tcp;
  }

  connect(link: Link): LineSession {
    const session = new LineSession(this, link);
    this.log.info("connection.opened", { connection: session.id, wire: this.wire });
    if (this.#finishing) {
      session.line("The server is shutting down.");
      session.end();
    }
    this.#open.set(session, this.#finishing ? Promise.resolve() : converse(session));
    return session;
  }
  /** The connection is gone. */
  closed(session: LineSession): void {
    const visit = this.#open.get(session);
    if (!this.#open.delete(session)) return;
    const { actor } = session;
    this.log.info("connection.closed", { connection: session.id, ...(actor.kind === "user" && { user: actor.id }) });
    const done = this.#leaving(session, visit);
    this.#closing.add(done);
    void done.finally(() => this.#closing.delete(done));
  }

  async #leaving(session: LineSession, visit: Promise<void> | undefined): Promise<void> {
    try {
      await session.closed();
      await visit;
    } catch (error) {
      this.log.error("connection.failed", { error });
    }
  }

  /** Tells everybody, and sees them out when the countdown has ended. */
  async finish(): Promise<void> {
    this.#finishing = true;
    if (this.#open.size === 0) return;
    for (const session of this.#open.keys()) session.word(`The server will be shutting down in ${COUNTDOWN_SECONDS} seconds!!`);
    await new Promise<void>((go) => this.timers.after(COUNTDOWN_SECONDS * 1000, go));
    for (const session of [...this.#open.keys()]) {
      session.leaveView();
      session.line("Disconnecting. Goodbye!");
      session.end();
    }
  }
  /** Resolves when what follows from closed connections has been done. */
  async settled(): Promise<void> {
    while (this.#closing.size) await Promise.all(this.#closing);
  }

  encode(frame: unknown): string {
    return JSON.stringify(frame);
  }
  tagged(frame: unknown): unknown {
    return frame;
  }
  subscribe(): void {}
  unsubscribe(): void {}
  lost(session: Session, what: string): void {
    (session as LineSession).lost(what);
  }
  publish(circles: Iterable<Circle>, frame: string, except?: Session): void {
    const printed = this.printed(JSON.parse(frame) as Said);
    for (const { sessions } of circles)
      for (const session of sessions) if (session !== except) (session as LineSession).hear(printed);
  }
  printed(said: Said): Printed {
    return new Printed(said, this.settings.username_limit);
  }

  /** What sessions have to send goes out at the end of the turn, in one piece each. */
  sendSoon(terminal: Terminal): void {
    if (this.#unsent.size === 0) setImmediate(() => this.#send());
    this.#unsent.add(terminal);
  }
  #send(): void {
    const sessions = this.#unsent;
    this.#unsent = new Set();
    let before: readonly Uint8Array[] = [];
    let joined: Uint8Array = new Uint8Array();
    for (const session of sessions) {
      const pieces = session.takeUnsent();
      if (pieces.length === 0) continue;
      // Most of a room gets the very same pieces: they are joined once.
      if (!alike(pieces, before)) joined = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      before = pieces;
      session.link.send(joined);
    }
  }
}

const alike = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((piece, at) => piece === b[at]);
