import type { Audience, EventType, Happened } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import { Each, Farewell, type Outlet, type Session } from "../wire/wire.ts";

const NOBODY: ReadonlySet<string> = new Set();
const exceptions = ({ except }: Audience): ReadonlySet<string> =>
  except === undefined ? NOBODY : new Set(typeof except === "string" ? [except] : except);

/** The name under which many hear the same; one user's or session's events need none. */
const topicOf = (to: Audience): string | undefined =>
  "channel" in to ? channelTopic(to.channel) : "community" in to ? `*:${to.community}` : undefined;
const channelTopic = (channel: string): string => `c:${channel}`;

const AUDIENCE_UNKNOWN = "The server could not find out what you may see";

interface Listening {
  readonly outlet: Outlet;
  /** Few, and one for each of thousands of sessions: an array takes a tenth of a set's room. */
  topics: readonly string[];
  /** Counts the questions asked about this session, so that a late answer to an old one is not believed. */
  asked: number;
}

/**
 * Who hears what. An event is rendered and encoded once per wire and handed to that wire's transport for the whole topic at once;
 * permission was applied when the session began to listen, and is applied again whenever an event may have changed it.
 */
export class Hub {
  readonly #sessions = new Map<Session, Listening>();
  readonly #byId = new Map<string, Session>();
  readonly #byUser = new Map<string, Set<Session>>();
  readonly #byTopic = new Map<Outlet, Map<string, TopicSessions>>();
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
    for (const outlet of outlets) this.#byTopic.set(outlet, new Map());
    for (const type of events) if (type.reshapes) this.#reshaping.set(type.name, type.reshapes);
  }

  /** Frames handed to sessions since the start. */
  delivered = 0;

  get sessionCount(): number {
    return this.#sessions.size;
  }
  /** How many sessions listen, by wire; every wire is named. */
  sessionsByWire(): Map<string, number> {
    const counts = new Map(this.outlets.map(({ wire }) => [wire, 0]));
    for (const { outlet } of this.#sessions.values()) counts.set(outlet.wire, counts.get(outlet.wire)! + 1);
    return counts;
  }
  /** The wire a session speaks. */
  wireOf(session: Session): string | undefined {
    return this.#sessions.get(session)?.outlet.wire;
  }
  sessions(): Iterable<Session> {
    return this.#sessions.keys();
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
    this.#sessions.set(session, { outlet, topics: [], asked: 0 });
    this.#byId.set(session.id, session);
    const { id: user, community } = session.actor;
    let ofUser = this.#byUser.get(user);
    if (!ofUser) this.#byUser.set(user, (ofUser = new Set()));
    ofUser.add(session);
    for (const hear of this.#watching) hear(session, wire, true);
    this.#join(session, topicOf({ community })!);
    await this.#reshape(session);
  }

  forget(session: Session): void {
    const listening = this.#sessions.get(session);
    if (!listening) return;
    for (const topic of listening.topics) this.#part(session, topic);
    this.#sessions.delete(session);
    this.#byId.delete(session.id);
    const ofUser = this.#byUser.get(session.actor.id);
    ofUser?.delete(session);
    if (!ofUser?.size) this.#byUser.delete(session.actor.id);
    for (const hear of this.#watching) hear(session, listening.outlet.wire, false);
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
    const topic = topicOf(event.to);
    for (const outlet of this.outlets) {
      const listening = topic === undefined ? this.#named(event.to, outlet) : this.#byTopic.get(outlet)!.get(topic);
      if (!listening?.size) continue;
      const render = outlet.renderings[event.type as keyof Outlet["renderings"]] as
        ((event: Happened) => unknown) | null | undefined;
      const said = render?.(event);
      if (said !== undefined && said !== null) this.#say(outlet, topic, listening, event, said);
    }
    const reshapes = this.#reshaping.get(event.type)?.(event.data);
    if (reshapes) this.track(this.reshape(reshapes === "everyone" ? undefined : reshapes.user));
  }

  /** The sessions of a user, or those named by id, that speak one wire. */
  #named(to: Audience, outlet: Outlet): ReadonlySet<Session> {
    const sessions =
      "user" in to
        ? [...(this.#byUser.get(to.user) ?? [])]
        : ("session" in to ? [to.session] : "sessions" in to ? to.sessions : []).flatMap((id) => this.#byId.get(id) ?? []);
    return new Set(sessions.filter((session) => this.#sessions.get(session)?.outlet === outlet));
  }

  /** Asks again what one user, or everybody, may hear. A session of which it cannot be found out is ended: it may come back, and must not hear too much. */
  async reshape(user?: string): Promise<void> {
    const sessions = user === undefined ? [...this.#sessions.keys()] : [...(this.#byUser.get(user) ?? [])];
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

  #say(outlet: Outlet, topic: string | undefined, listening: ReadonlySet<Session>, event: Happened, said: unknown): void {
    this.delivered += listening.size * (Array.isArray(said) ? said.length : 1);
    const spared = exceptions(event.to);
    if (said instanceof Each) {
      for (const session of listening) {
        if (spared.has(session.id)) continue;
        this.track(
          said.make(session).then(
            (frame) => frame !== undefined && this.#sessions.has(session) && session.send(outlet.encode(frame)),
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
    const asking = event.origin?.answer?.event === event.type ? this.#byId.get(event.origin.session) : undefined;
    const answers = asking && listening.has(asking) && !spared.has(asking.id);
    const listener = answers ? event.origin?.answer?.listener : undefined;
    const deaf = listener === undefined ? spared : new Set([...spared, asking!.id]);
    const [lone] = deaf;
    for (const frame of frames) {
      const encoded = outlet.encode(frame);
      if (topic !== undefined && deaf.size < 2)
        outlet.publish(topic, encoded, listening, lone === undefined ? undefined : this.#byId.get(lone));
      else for (const session of listening) if (!deaf.has(session.id)) session.send(encoded);
      if (listener !== undefined) asking!.send(outlet.encode(outlet.tagged(frame, listener)));
    }
    if (answers) event.origin!.answered = true;
  }

  async #reshape(session: Session): Promise<void> {
    const listening = this.#sessions.get(session);
    if (!listening) return;
    const question = ++listening.asked;
    const wanted = new Set((await this.visibleTo(session)).map(channelTopic));
    if (listening.asked !== question || !this.#sessions.has(session)) return;
    for (const topic of listening.topics) if (topic.startsWith("c:") && !wanted.has(topic)) this.#part(session, topic);
    for (const topic of wanted) this.#join(session, topic);
  }

  #join(session: Session, name: string): void {
    const listening = this.#sessions.get(session)!;
    if (listening.topics.includes(name)) return;
    const topics = this.#byTopic.get(listening.outlet)!;
    let heard = topics.get(name);
    if (!heard) topics.set(name, (heard = new TopicSessions(name)));
    heard.add(session);
    listening.topics = [...listening.topics, heard.topic];
    listening.outlet.subscribe(session, heard.topic);
  }

  #part(session: Session, topic: string): void {
    const listening = this.#sessions.get(session)!;
    listening.topics = listening.topics.filter((other) => other !== topic);
    const topics = this.#byTopic.get(listening.outlet)!;
    const heard = topics.get(topic);
    heard?.delete(session);
    if (heard && !heard.size) topics.delete(topic);
    listening.outlet.unsubscribe(session, topic);
  }
}

/** Who hears a topic, with the one copy of its name that all of them share. */
class TopicSessions extends Set<Session> {
  constructor(readonly topic: string) {
    super();
  }
}
