import type { Audience, EventType, Happened } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import { Each, Farewell, type Outlet, type Session } from "../wire/wire.ts";
import { Circles, Hearing, type OpenCircle } from "./circles.ts";

const NOBODY: ReadonlySet<string> = new Set();
const exceptions = ({ except }: Audience): ReadonlySet<string> =>
  except === undefined ? NOBODY : new Set(typeof except === "string" ? [except] : except);

/** What many hear together; one user's or session's events are nothing of the kind. */
const heardIn = (to: Audience): string | undefined =>
  "channel" in to ? channelOf(to.channel) : "community" in to ? communityOf(to.community) : undefined;
const channelOf = (channel: string): string => `c:${channel}`;
const communityOf = (community: string): string => `*:${community}`;

const AUDIENCE_UNKNOWN = "The server could not find out what you may see";

interface Listening {
  readonly session: Session;
  readonly outlet: Outlet;
  circle: OpenCircle;
  /** Counts the questions asked about this session, so that a late answer to an old one is not believed. */
  asked: number;
}

/**
 * Who hears what. An event is rendered and encoded once per wire and handed to that wire's transport for the whole topic at once;
 * permission was applied when the session began to listen, and is applied again whenever an event may have changed it.
 */
export class Hub {
  readonly #byId = new Map<string, Listening>();
  /** Most have one or two: an array takes a tenth of a set's room. */
  readonly #byUser = new Map<string, readonly Session[]>();
  readonly #circles = new Map<Outlet, Circles>();
  readonly #reshaping = new Map<string, EventType["reshapes"]>();
  readonly #watching = new Set<(session: Session, wire: string, here: boolean) => void>();
  readonly #underWay = new Set<Promise<unknown>>();

  /**
   * @param visibleTo ids of the channels that the session's actor may view; empty for one who may not view anything any more.
   */
  constructor(
    private readonly outlets: readonly Outlet[],
    events: readonly EventType<string, any>[],
    private readonly visibleTo: (session: Session) => Promise<readonly string[]>,
    private readonly log: Log,
  ) {
    for (const outlet of outlets) this.#circles.set(outlet, new Circles());
    for (const type of events) if (type.reshapes) this.#reshaping.set(type.name, type.reshapes);
  }

  /** Frames handed to sessions since the start. */
  delivered = 0;

  get sessionCount(): number {
    return this.#byId.size;
  }
  /** How many different sets of things are heard. */
  get circleCount(): number {
    let count = 0;
    for (const { size } of this.#circles.values()) count += size;
    return count;
  }
  /** How many sessions listen, by wire; every wire is named. */
  sessionsByWire(): Map<string, number> {
    const counts = new Map(this.outlets.map(({ wire }) => [wire, 0]));
    for (const { outlet } of this.#byId.values()) counts.set(outlet.wire, counts.get(outlet.wire)! + 1);
    return counts;
  }
  /** The wire a session speaks. */
  wireOf(session: Session): string | undefined {
    return this.#byId.get(session.id)?.outlet.wire;
  }
  *sessions(): Iterable<Session> {
    for (const { session } of this.#byId.values()) yield session;
  }

  /** Hears of sessions that come and go; returns the undo. */
  watch(hear: (session: Session, wire: string, here: boolean) => void): () => void {
    this.#watching.add(hear);
    return () => void this.#watching.delete(hear);
  }

  /** From here on the session hears its own events, the community's, and those of the channels it may view. */
  async listen(session: Session, wire: string): Promise<void> {
    const outlet = this.outlets.find((one) => one.wire === wire);
    if (!outlet) throw new Error(`no outlet for the wire ${wire}`);
    const { id: user, community } = session.actor;
    const circle = this.#circles.get(outlet)!.join(session, new Set([communityOf(community)]));
    outlet.subscribe(session, circle.topic);
    this.#byId.set(session.id, { session, outlet, circle, asked: 0 });
    this.#byUser.set(user, [...this.#ofUser(user), session]);
    for (const hear of this.#watching) hear(session, wire, true);
    await this.#reshape(session);
  }

  forget(session: Session): void {
    const listening = this.#byId.get(session.id);
    if (!listening) return;
    const { outlet, circle } = listening;
    this.#part(listening, circle);
    for (const what of circle.hears) outlet.lost(session, what);
    this.#byId.delete(session.id);
    const { id: user } = session.actor;
    const others = this.#ofUser(user).filter((one) => one !== session);
    if (others.length) this.#byUser.set(user, others);
    else this.#byUser.delete(user);
    for (const hear of this.#watching) hear(session, outlet.wire, false);
  }
  #ofUser(user: string): readonly Session[] {
    return this.#byUser.get(user) ?? [];
  }

  /** Resolves when nothing that was begun on behalf of an event is still under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size) await Promise.all(this.#underWay);
  }

  /** Lets `settled` wait for what an event has set going elsewhere. */
  track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  deliver(event: Happened): void {
    const what = heardIn(event.to);
    for (const outlet of this.outlets) {
      const listening = what === undefined ? this.#named(event.to, outlet) : this.#circles.get(outlet)!.hearing(what);
      if (!listening?.size) continue;
      const render = outlet.renderings[event.type as keyof Outlet["renderings"]] as
        ((event: Happened) => unknown) | null | undefined;
      const said = render?.(event);
      if (said !== undefined && said !== null) this.#say(outlet, listening, event, said);
    }
    const reshapes = this.#reshaping.get(event.type)?.(event.data);
    if (reshapes) this.track(this.reshape(reshapes === "everyone" ? undefined : reshapes.user));
  }

  /** The sessions of a user, or those named by id, that speak one wire. */
  #named(to: Audience, outlet: Outlet): ReadonlySet<Session> {
    const ids = "session" in to ? [to.session] : "sessions" in to ? to.sessions : [];
    const sessions = "user" in to ? this.#ofUser(to.user) : ids.flatMap((id) => this.#byId.get(id)?.session ?? []);
    return new Set(sessions.filter(({ id }) => this.#byId.get(id)?.outlet === outlet));
  }

  /** Asks again what one user, or everybody, may hear. A session of which it cannot be found out is ended: it may come back, and must not hear too much. */
  async reshape(user?: string): Promise<void> {
    const sessions = user === undefined ? [...this.sessions()] : this.#ofUser(user);
    for (const session of sessions) {
      try {
        await this.#reshape(session);
      } catch (why) {
        this.log.error("audience.failed", { session: session.id, error: why });
        this.forget(session);
        session.end(AUDIENCE_UNKNOWN);
      }
    }
  }

  #say(outlet: Outlet, listening: Hearing | ReadonlySet<Session>, event: Happened, said: unknown): void {
    this.delivered += listening.size * (Array.isArray(said) ? said.length : 1);
    const spared = exceptions(event.to);
    if (said instanceof Each) {
      for (const session of listening) {
        if (spared.has(session.id)) continue;
        this.track(
          said.make(session).then(
            (frame) => frame !== undefined && this.#byId.has(session.id) && session.send(outlet.encode(frame)),
            (why) => this.log.error("frame.failed", { event: event.type, session: session.id, error: why }),
          ),
        );
      }
      return;
    }
    if (said instanceof Farewell) {
      const last = said.frames.map((frame) => outlet.encode(frame));
      for (const session of [...listening]) {
        if (spared.has(session.id)) continue;
        for (const frame of last) session.send(frame);
        this.forget(session);
        session.end(said.reason);
      }
      return;
    }
    const frames = Array.isArray(said) ? said : [said];
    const asking = event.origin?.answer?.event === event.type ? this.#byId.get(event.origin.session)?.session : undefined;
    const answers = asking && listening.has(asking) && !spared.has(asking.id);
    const listener = answers ? event.origin?.answer?.listener : undefined;
    const deaf = listener === undefined ? spared : new Set([...spared, asking!.id]);
    const [lone] = deaf;
    for (const frame of frames) {
      const encoded = outlet.encode(frame);
      if (listening instanceof Hearing && deaf.size < 2)
        outlet.publish(listening.circles, encoded, lone === undefined ? undefined : this.#byId.get(lone)?.session);
      else for (const session of listening) if (!deaf.has(session.id)) session.send(encoded);
      if (listener !== undefined) asking!.send(outlet.encode(outlet.tagged(frame, listener)));
    }
    if (answers) event.origin!.answered = true;
  }

  async #reshape(session: Session): Promise<void> {
    const listening = this.#byId.get(session.id);
    if (!listening) return;
    const question = ++listening.asked;
    const channels = await this.visibleTo(session);
    if (listening.asked !== question || this.#byId.get(session.id) !== listening) return;
    const { outlet, circle: before } = listening;
    const hears = new Set([communityOf(session.actor.community), ...channels.map(channelOf)]);
    const circle = this.#circles.get(outlet)!.join(session, hears);
    if (circle === before) return;
    listening.circle = circle;
    outlet.subscribe(session, circle.topic);
    this.#part(listening, before);
    for (const what of before.hears) if (!hears.has(what)) outlet.lost(session, what);
  }

  #part({ session, outlet }: Listening, circle: OpenCircle): void {
    this.#circles.get(outlet)!.part(session, circle);
    outlet.unsubscribe(session, circle.topic);
  }
}
