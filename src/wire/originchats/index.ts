import type { Community } from "../../domain/community/community.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Log } from "../../kernel/log.ts";
import type { Binding, Circle, Outlet, Renderings, Session } from "../wire.ts";
import { doors } from "./accounts.ts";
import { bindings } from "./bindings.ts";
import { Connection, type Link } from "./connection.ts";
import { renderings } from "./render.ts";

/** What the wire asks of the hub. */
interface Listening {
  listen(session: Session, wire: string): Promise<void>;
  forget(session: Session): void;
  track(work: Promise<unknown>): void;
}

/** Events that clients look for among the capabilities although nobody sends them as commands. */
const ANNOUNCED_EVENTS = ["events"];

/** originChats: JSON over WebSocket (reference/originchats.md). One of these serves one community. */
export class OriginChats implements Outlet {
  readonly name = "originchats";
  readonly wire = this.name;
  readonly renderings: Renderings;
  readonly commands: ReadonlyMap<string, Binding> = new Map(bindings.map((bound) => [bound.name, bound]));
  readonly capabilities: readonly string[] = [
    ...this.commands.keys(),
    ...Object.keys(doors),
    "ping",
    ...ANNOUNCED_EVENTS,
  ].toSorted();
  hub!: Listening;

  /** @param broadcast hands one frame to all connections of a topic, but for one. */
  constructor(
    readonly kernel: Kernel,
    /** As it is called and looks now: every new connection is told. */
    public community: Community,
    readonly log: Log,
    private readonly broadcast: (topic: string, frame: string, except?: Link) => void,
  ) {
    this.renderings = renderings(kernel);
  }

  connect(link: Link): Connection {
    return new Connection(this, link);
  }

  encode(frame: unknown): string {
    return JSON.stringify(frame);
  }
  tagged(frame: unknown, listener: string): unknown {
    return { ...(frame as object), listener };
  }
  subscribe(session: Session, topic: string): void {
    (session as Connection).link.subscribe(topic);
  }
  unsubscribe(session: Session, topic: string): void {
    (session as Connection).link.unsubscribe(topic);
  }
  lost(): void {}
  publish(circles: Iterable<Circle>, frame: string, except?: Session): void {
    for (const { topic } of circles) this.broadcast(topic, frame, (except as Connection | undefined)?.link);
  }
}
