import type { Circle, Session } from "../wire/wire.ts";

/** A circle as the hub keeps it. */
export interface OpenCircle extends Circle {
  readonly sessions: Set<Session>;
  /** What its sessions hear: the community, and channels. */
  readonly hears: ReadonlySet<string>;
  readonly key: string;
}

/** Everybody on one wire who hears the same one thing. */
export class Hearing {
  readonly circles = new Set<OpenCircle>();
  get size(): number {
    let size = 0;
    for (const { sessions } of this.circles) size += sessions.size;
    return size;
  }
  has(session: Session): boolean {
    for (const { sessions } of this.circles) if (sessions.has(session)) return true;
    return false;
  }
  *[Symbol.iterator](): Generator<Session> {
    for (const { sessions } of this.circles) yield* sessions;
  }
}

/**
 * The sessions of one wire, by all that they hear. Many people differ little in what they may see: it is kept once for all to whom it is the same,
 * so that a session takes one place here and one in the transport, however many channels there are.
 */
export class Circles {
  readonly #byKey = new Map<string, OpenCircle>();
  readonly #hearing = new Map<string, Hearing>();
  #made = 0;

  /** How many there are; none when nobody listens. */
  get size(): number {
    return this.#byKey.size;
  }
  hearing(what: string): Hearing | undefined {
    return this.#hearing.get(what);
  }

  /** Puts a session among those who hear exactly this. */
  join(session: Session, hears: ReadonlySet<string>): OpenCircle {
    const key = [...hears].toSorted().join(" ");
    let circle = this.#byKey.get(key);
    if (!circle) this.#open((circle = { topic: `circle ${++this.#made}`, sessions: new Set(), hears, key }));
    circle.sessions.add(session);
    return circle;
  }
  part(session: Session, circle: OpenCircle): void {
    circle.sessions.delete(session);
    if (circle.sessions.size) return;
    this.#byKey.delete(circle.key);
    for (const what of circle.hears) {
      const hearing = this.#hearing.get(what)!;
      hearing.circles.delete(circle);
      if (!hearing.circles.size) this.#hearing.delete(what);
    }
  }

  #open(circle: OpenCircle): void {
    this.#byKey.set(circle.key, circle);
    for (const what of circle.hears) {
      let hearing = this.#hearing.get(what);
      if (!hearing) this.#hearing.set(what, (hearing = new Hearing()));
      hearing.circles.add(circle);
    }
  }
}
