import { endAttendance } from "../../domain/attendance/attend.ts";
import { openSession, closeSession } from "../../domain/presence/open-session.ts";
import { checked, type Flaw } from "../../kernel/checked.ts";
import { issueToken } from "../../domain/sessions/issue-token.ts";
import type { Origin } from "../../kernel/event.ts";
import type { Actor } from "../../kernel/operation.ts";
import type { MemberView } from "../../domain/users/user.ts";
import { UNPROMPTED } from "../../kernel/kernel.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { subscriberOf } from "../../net/address.ts";
import type { Binding, Session } from "../wire.ts";
import { doors, readyFrame, userJoinFrame } from "./accounts.ts";
import { handshakeFrame } from "./handshake.ts";
import type { OriginChats } from "./index.ts";
import { refuse, sentence } from "./sentences.ts";

/** The transport under a connection. */
export interface Link {
  readonly address: string;
  /** The base address that the client's handshake was sent to, `https://chat.example.org`. */
  readonly origin?: string | undefined;
  send(frame: string): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  close(code: number, reason: string): void;
}

type Frame = Record<string, unknown> & { cmd?: unknown; listener?: unknown };

/** The close code by which a client knows that it may come back at once (IANA WebSocket close codes). */
const SERVICE_RESTART = 1012;

/** Requests that may wait for the ones before them; who sends more without waiting is told to slow down. */
const MOST_WAITING = 256;
/** Characters of them in all, so that large requests are not hoarded either. The one at the head may have any length a frame may have. */
const MOST_WAITING_LENGTH = 4_194_304;

/** Refusals after which a signed-in connection has no purpose left. */
const NO_LONGER_WELCOME: ReadonlySet<string> = new Set(["member.banned", "member.gone"]);

/** Who is let in and then not given what they may hear must not stay there deaf. */
const HALFWAY = "Signing in was not completed, please connect again";

/** Characters a correlation value may have; it is echoed in every answer. */
const LONGEST_LISTENER = 256;
/** Characters of a command that are said back when it is refused. */
const LONGEST_SHOWN = 100;

/** The command whose requests need not wait for each other's flush to disk. */
const PIPELINED = "message_new";
const MOST_UNDER_WAY = 64;
/** What a request must know that goes on its way while others are not yet answered. */
interface Among {
  readonly committing: () => void;
  /** The answers before its own, if any are still to come. */
  readonly earlier: Promise<void> | undefined;
}

/** One socket: the handshake, who it becomes, and its requests, answered strictly in order (reference/originchats.md §1). */
export class Connection implements Session {
  readonly id: string;
  #actor: Actor;
  /** What a Rotur validator must be made for, so that one cannot be used on another connection (reference/originchats.md §1.6). */
  #validatorKey: string;
  #ended = false;
  #busy = false;
  /** Set when the server is about to end: what has arrived is answered, nothing more is taken. */
  #finished: (() => void) | undefined;
  /** Most connections are idle most of the time, and there are thousands: what they need only at work is made for the work. */
  #waiting: { readonly frame: Frame; readonly length: number }[] | undefined;
  #waitingLength = 0;
  /** How many messages are on their way to the disk, and the answers to all of them. */
  #underWay = 0;
  #answered: Promise<void> | undefined;

  constructor(
    private readonly wire: OriginChats,
    readonly link: Link,
  ) {
    const { world } = wire.kernel;
    this.id = world.id();
    this.#actor = {
      kind: "anonymous",
      id: subscriberOf(link.address),
      name: "",
      community: wire.community.id,
      address: link.address,
      origin: link.origin,
    };
    this.#validatorKey = `originChats-${world.random(24)}`;
    const { community, capabilities } = wire;
    this.#say(handshakeFrame(community, world.settings, capabilities, this.#validatorKey));
  }

  get actor(): Actor {
    return this.#actor;
  }
  send(frame: string): void {
    this.link.send(frame);
  }
  /**
   * What still waits is not done any more: whoever was thrown out a moment ago gets no last act. They are gone at once, also when their end of the
   * connection is never closed.
   */
  end(reason: string): void {
    this.#ended = true;
    this.#waiting = undefined;
    this.link.close(1000, reason);
    this.wire.hub.track(this.closed().catch((error: unknown) => this.wire.log.error("connection.failed", { error })));
  }

  receive(text: string): void {
    if (this.#ended || this.#finished) return;
    const frame = asFrame(text);
    if (!frame) return this.#say({ cmd: "error", val: "Invalid message format" });
    const { cmd, listener } = frame;
    if (typeof listener === "string" && listener.length > LONGEST_LISTENER)
      return this.#say({ cmd: "error", src: source(cmd), val: `Invalid listener: at most ${LONGEST_LISTENER} characters` });
    const { length } = text;
    const waiting = (this.#waiting ??= []);
    const full = waiting.length > 0 && this.#waitingLength + length > MOST_WAITING_LENGTH;
    if (full || waiting.length >= MOST_WAITING)
      return this.#reply({ cmd: "error", src: source(cmd), val: "Rate limited: too many requests are waiting" }, frame);
    waiting.push({ frame, length });
    this.#waitingLength += length;
    if (!this.#busy) void this.#work();
  }

  /** Answers what has arrived, takes nothing more, and closes with last words. */
  async finish(reason: string): Promise<void> {
    const answered = new Promise<void>((done) => (this.#finished = done));
    if (!this.#busy) this.#finished!();
    await answered;
    await this.#answered;
    // The web client does not know `disconnect`, and by itself it connects again only to servers that it has stored.
    this.#say({ cmd: "error", val: reason });
    this.#say({ cmd: "disconnect", reason });
    this.link.close(SERVICE_RESTART, reason);
  }

  async closed(): Promise<void> {
    this.#ended = true;
    this.#waiting = undefined;
    if (this.#actor.kind !== "user") return;
    this.wire.hub.forget(this);
    await this.wire.kernel.invoke(endAttendance, this.#actor, {}, UNPROMPTED);
    await this.wire.kernel.invoke(closeSession, this.#actor, {}, UNPROMPTED);
  }

  /**
   * Answers in order, one by one, but for messages: each goes on its way as soon as the one before it is on its way to the disk, so that they share
   * one flush. Whatever else is asked waits until they are answered.
   */
  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#waiting?.shift(); next && !this.#ended; next = this.#waiting?.shift()) {
      const { frame, length } = next;
      this.#waitingLength -= length;
      const alone = frame.cmd !== PIPELINED;
      if (this.#answered && (alone || this.#underWay >= MOST_UNDER_WAY)) await this.#answered;
      await (alone ? this.#answer(frame) : this.#sendOff(frame));
    }
    this.#busy = false;
    this.#waiting = undefined;
    this.#finished?.();
  }

  /** Resolves when the next frame may follow: this one's change is on its way to the disk, or it is answered. */
  #sendOff(frame: Frame): Promise<void> {
    return new Promise((goOn) => {
      this.#answered = this.#answerAmong(frame, { committing: goOn, earlier: this.#answered });
    });
  }

  /** Resolves when this and all before it are answered. */
  async #answerAmong(frame: Frame, among: Among): Promise<void> {
    this.#underWay++;
    await this.#answer(frame, among);
    among.committing();
    await among.earlier;
    if (--this.#underWay === 0) this.#answered = undefined;
  }

  async #answer(frame: Frame, among?: Among): Promise<void> {
    const { cmd } = frame;
    const entering = this.#actor.kind !== "user";
    try {
      if (entering) await this.#enter(cmd, frame);
      else await this.#command(cmd, frame, among);
    } catch (why) {
      await among?.earlier;
      for (const no of this.#refusal(why, typeof cmd === "string" ? cmd : "")) this.#reply(no, frame);
      if (this.#actor.kind !== "user") return;
      if (why instanceof Refusal && NO_LONGER_WELCOME.has(why.reason)) this.#leave(sentence(why));
      else if (entering) this.#leave(HALFWAY);
    }
  }

  async #command(cmd: unknown, frame: Frame, among?: Among): Promise<void> {
    if (cmd === "ping") return this.#reply({ cmd: "pong", val: "pong" }, frame);
    const bound = typeof cmd === "string" ? this.wire.commands.get(cmd) : undefined;
    if (!bound)
      return this.#reply(
        { cmd: "error", ...(cmd !== undefined && { src: source(cmd) }), val: `Unknown command: ${shown(cmd)}` },
        frame,
      );
    const request = checked(bound.request, frame);
    if (!request.success) throw malformed(bound, request.flaws);
    const listener = typeof frame.listener === "string" ? frame.listener : undefined;
    const origin: Origin = {
      session: this.id,
      answer: bound.answer && { event: bound.answer, listener },
      answered: false,
      committing: among?.committing,
    };
    const output = await this.wire.kernel.invoke(bound.operation, this.#actor, bound.toInput(request.data), origin);
    if (origin.answered) return;
    await among?.earlier;
    const reply = bound.toReply(output, request.data);
    if (reply !== undefined) for (const one of Array.isArray(reply) ? reply : [reply]) this.#reply(one, frame);
  }

  /** Before anybody is signed in there are only the doors. */
  async #enter(cmd: unknown, frame: Frame): Promise<void> {
    const mode = this.wire.kernel.world.settings.auth_mode;
    if (cmd === "auth" && mode === "cracked-only") throw new Refusal("unavailable", "account.rotur-off");
    const door = typeof cmd === "string" && Object.hasOwn(doors, cmd) ? doors[cmd] : undefined;
    if (!door?.modes.includes(mode)) throw new Refusal("not-signed-in", "session.anonymous");
    const { kernel, hub } = this.wire;
    const entered = (await kernel.invoke(door.operation, this.#actor, door.toInput(frame, this.#validatorKey))) as {
      member: MemberView;
      joined?: boolean;
      credential?: number;
    };
    const { member, credential } = entered;
    if (this.#ended) return;
    this.#actor = { ...this.#actor, kind: "user", id: member.user.id, name: member.user.name, session: this.id };
    const { token } = await kernel.invoke(issueToken, this.#actor, { key: this.#validatorKey }, UNPROMPTED);
    this.#validatorKey = "";
    this.#reply({ cmd: "auth_success", val: "Authentication successful" }, frame);
    this.#say(readyFrame(member, token));
    if (door.newcomer(entered)) this.#say(userJoinFrame(member));
    await hub.listen(this, this.wire.name);
    await kernel.invoke(openSession, this.#actor, { credential }, UNPROMPTED);
    if (this.#ended) await this.closed();
  }

  /** What is said of a failure; a bug of ours is logged under a number that the client is told. */
  #refusal(why: unknown, command: string): object[] {
    if (why instanceof Refusal)
      return this.#actor.kind === "user" ? refuse(why, command) : [{ cmd: "auth_error", val: sentence(why) }];
    const incident = this.wire.kernel.world.random(6);
    this.wire.log.error("request.failed", { incident, command, session: this.id, error: why });
    const val = `Something went wrong on the server (incident ${incident})`;
    return [this.#actor.kind === "user" ? { cmd: "error", src: command, val } : { cmd: "auth_error", val }];
  }

  /** For whoever was thrown out while they were on their way in, where no farewell could reach them. */
  #leave(reason: string): void {
    this.#say({ cmd: "disconnect", reason });
    this.wire.hub.forget(this);
    this.end(reason);
  }

  #reply(reply: object, { listener }: Frame): void {
    this.#say(typeof listener === "string" ? { ...reply, listener } : reply);
  }
  #say(frame: object): void {
    if (!this.#ended) this.send(JSON.stringify(frame));
  }
}

function asFrame(text: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null && !Array.isArray(frame) ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}

const TOO_DEEP = "[nested too deeply]";
function written(cmd: unknown): string {
  try {
    return typeof cmd === "object" ? JSON.stringify(cmd) : String(cmd);
  } catch {
    return TOO_DEEP;
  }
}
/** A client's word for a command, short enough to be said back. */
const shown = (cmd: unknown): string => written(cmd).slice(0, LONGEST_SHOWN);
/** What an error names as its source: as it came, unless that is long. */
const source = (cmd: unknown): unknown => {
  const text = written(cmd);
  return text.length > LONGEST_SHOWN || text === TOO_DEEP ? shown(cmd) : cmd;
};

/** The wire's own sentence when its schema made one, else what is wrong where. */
function malformed(bound: Binding, [flaw]: readonly Flaw[]): Refusal {
  if (flaw?.code === "custom") return new Refusal("invalid-input", bound.name, { sentence: flaw.message });
  return new Refusal("invalid-input", bound.name, { path: flaw?.path.join("."), message: flaw?.message });
}
