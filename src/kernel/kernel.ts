import type { z } from "zod";
import type { Batch } from "../storage/store.ts";
import { checked } from "./checked.ts";
import type { Audience, EventType, Happened, Origin } from "./event.ts";
import type { Access, Actor, Ask, Call, Operation, World } from "./operation.ts";
import { type BucketRule, windowKey } from "./pace.ts";
import { Refusal } from "./refusal.ts";
import { refuseNested, storable } from "./storable.ts";

/** Stands before a call: gives another input (it is parsed again), nothing to leave it as it is, or throws a Refusal. */
export type Before = (call: { readonly name: string; readonly actor: Actor; readonly input: unknown }) => unknown;
/** Hears of a call that succeeded; cannot change its outcome, and is not waited for. */
export type After = (call: {
  readonly name: string;
  readonly actor: Actor;
  readonly input: unknown;
  readonly output: unknown;
}) => unknown;
/** Where a hook stands among the others of an operation: the higher priority first, then by name. */
export interface Order {
  readonly priority: number;
  readonly by: string;
}

/**
 * For operations that name no pace of their own (reactions, deletes, pins, status, searches, lists …), counted together for each actor: 60 at once,
 * 10 a second for as long as one likes. A client that has just signed in asks some thirty things; a person who clicks fast does three a second.
 */
const GENERAL_PACE: BucketRule = { burst: 60, perMinute: 600 };

/**
 * The server asks on somebody's behalf: what they may hear, that they have gone. It costs them no pace; else whoever had used theirs up would
 * go deaf at the next change of a channel, and stay online for ever after they left.
 */
export const UNPROMPTED = Symbol("unprompted");
type Unprompted = typeof UNPROMPTED;

/** Runs operations: parse, check, pace, hooks, access, run. A lost race (`conflict`) is run once more before it is told. */
export class Kernel {
  readonly #before = new Map<string, readonly Hook<Before>[]>();
  readonly #after = new Map<string, readonly Hook<After>[]>();
  readonly #added = new Map<string, Operation>();

  constructor(
    readonly world: World,
    private readonly publish: (event: Happened) => void,
  ) {}

  /** Returns the undo, so that a plugin's whole effect can be withdrawn. */
  before(name: string, hook: Before, order: Order): () => void {
    return register(this.#before, name, { hook, ...order });
  }
  after(name: string, hook: After, order: Order): () => void {
    return register(this.#after, name, { hook, ...order });
  }

  /** Adds an operation to those that were declared, for as long as the undo is not called. Throws when the name is taken. */
  add(op: Operation): () => void {
    if (this.#added.has(op.name)) throw new Error(`there is an operation ${op.name} already`);
    this.#added.set(op.name, op);
    return () => void this.#added.delete(op.name);
  }
  /** An operation that was added. */
  added(name: string): Operation | undefined {
    return this.#added.get(name);
  }
  get allAdded(): readonly Operation[] {
    return [...this.#added.values()];
  }
  /** How many hooks and operations are registered; none when every plugin is gone. */
  get additions(): number {
    return [...this.#before.values(), ...this.#after.values()].flat().length + this.#added.size;
  }

  async invoke<In extends z.ZodType, Out extends z.ZodType, A>(
    op: Operation<In, Out, A>,
    actor: Actor,
    raw: z.input<In>,
    asked?: Origin | Unprompted,
  ): Promise<z.output<Out>> {
    const origin = asked === UNPROMPTED ? undefined : asked;
    let input = parse(op, raw);
    op.check?.({ input, settings: this.world.settings });
    if (asked !== UNPROMPTED) this.#keepPace(op, actor);
    const before = this.#before.get(op.name);
    if (before)
      for (const { hook } of before) {
        const said = hook({ name: op.name, actor, input });
        const changed = said instanceof Promise ? await said : said;
        if (changed === undefined) continue;
        input = parse(op, changed);
        op.check?.({ input, settings: this.world.settings });
      }
    let output: z.output<Out>;
    try {
      output = await this.#run(op, actor, input, origin);
    } catch (why) {
      if (!(why instanceof Refusal && why.code === "conflict" && why.reason.startsWith("store."))) throw why;
      output = await this.#run(op, actor, input, origin);
    }
    const after = this.#after.get(op.name);
    if (after) for (const { hook } of after) void hook({ name: op.name, actor, input, output });
    return output;
  }

  async #run<In extends z.ZodType, Out extends z.ZodType, A>(
    op: Operation<In, Out, A>,
    actor: Actor,
    input: z.output<In>,
    origin: Origin | undefined,
  ): Promise<z.output<Out>> {
    const call = new Calling(this.world, actor, input, this.publish, origin);
    for (const key in op.access) call.access[key] = await (op.access[key] as Access<z.output<In>, unknown>).load(call);
    return op.run(call as unknown as Call<z.output<In>, A>);
  }

  #keepPace(op: Operation, actor: Actor): void {
    if (actor.kind === "console") return;
    const pace = op.pace ?? GENERAL_PACE;
    if ("window" in pace) {
      const rule = pace.rule(this.world.settings);
      if (rule) this.world.pace.takeWindow(windowKey(pace.window, actor.id), rule);
    } else this.world.pace.take(`${op.pace ? op.name : "*"} ${actor.id}`, pace, op.name);
  }
}

/** One call on its way: what the world lends it, who asks for what, and a way to say what happened. */
class Calling<In> implements Ask<In> {
  readonly store: World["store"];
  readonly blobs: World["blobs"];
  readonly settings: World["settings"];
  readonly now: World["now"];
  readonly id: World["id"];
  readonly random: World["random"];
  readonly passwords: World["passwords"];
  readonly tokens: World["tokens"];
  readonly fetch: World["fetch"];
  readonly webPush: World["webPush"];
  readonly rotur: World["rotur"];
  readonly relay: World["relay"];
  readonly pace: World["pace"];
  readonly cell: World["cell"];
  readonly access: Record<string, unknown> = {};

  // Written out, because to spread the world costs more than all the rest of a call.
  constructor(
    world: World,
    readonly actor: Actor,
    readonly input: In,
    private readonly publish: (event: Happened) => void,
    private readonly origin: Origin | undefined,
  ) {
    this.store = world.store;
    this.blobs = world.blobs;
    this.settings = world.settings;
    this.now = world.now;
    this.id = world.id;
    this.random = world.random;
    this.passwords = world.passwords;
    this.tokens = world.tokens;
    this.fetch = world.fetch;
    this.webPush = world.webPush;
    this.rotur = world.rotur;
    this.relay = world.relay;
    this.pace = world.pace;
    this.cell = world.cell;
  }

  readonly #loaded = new Map<string, Promise<unknown>>();
  readonly once = <T>(key: string, load: () => Promise<T>): Promise<T> => {
    let found = this.#loaded.get(key) as Promise<T> | undefined;
    if (!found) this.#loaded.set(key, (found = load()));
    return found;
  };

  readonly emit = <D>(batch: Batch, type: EventType<string, D>, to: Audience, data: NoInfer<D>): void => {
    const event = this.#happened(type, to, data);
    if (type.durable) batch.log(event, type.logged ? type.logged(data) : data);
    batch.afterCommit(() => this.publish(event));
    this.origin?.committing?.();
  };
  readonly announce = <D>(type: EventType<string, D>, to: Audience, data: NoInfer<D>): void =>
    this.publish(this.#happened(type, to, data));

  #happened<D>(type: EventType<string, D>, to: Audience, data: D): Happened<D> {
    const { actor, origin } = this;
    return { type: type.name, at: this.now(), actor: actor.id, community: actor.community, to, data, origin };
  }
}

const REASON = /^[a-z-]+(\.[a-z-]+)+$/;

/** A schema's own message that has the form of a reason (`message.empty`) becomes the refusal's reason. */
function parse<In extends z.ZodType>(op: Operation<In>, raw: unknown): z.output<In> {
  refuseNested(raw);
  const parsed = checked(op.input, raw);
  if (parsed.success) return storable(parsed.data) as z.output<In>;
  const [first] = parsed.flaws;
  const reason = first && REASON.test(first.message) ? first.message : op.name;
  throw new Refusal("invalid-input", reason, { path: first?.path.join("."), message: first?.message });
}

interface Hook<H> extends Order {
  readonly hook: H;
}

function register<H>(hooks: Map<string, readonly Hook<H>[]>, name: string, added: Hook<H>): () => void {
  const sorted = [...(hooks.get(name) ?? []), added].toSorted(
    (a, b) => b.priority - a.priority || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0),
  );
  hooks.set(name, sorted);
  return () => {
    const left = (hooks.get(name) ?? []).filter((one) => one !== added);
    if (left.length) hooks.set(name, left);
    else hooks.delete(name);
  };
}
