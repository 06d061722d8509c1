import type { z } from "zod";
import type { Batch } from "../storage/store.ts";
import { checked } from "./checked.ts";
import type { Audience, EventType, Happened, Origin } from "./event.ts";
import type { Access, Actor, Ask, Call, Operation, World } from "./operation.ts";
import { type BucketRule, windowKey } from "./pace.ts";
import { Refusal } from "./refusal.ts";
import { refuseNested, storable } from "./storable.ts";

/** May change the input (it is parsed again) or throw a Refusal. */
export type Before = (call: { readonly name: string; readonly actor: Actor; readonly input: unknown }) => unknown;
/** Hears of a call that succeeded; cannot change its outcome. */
export type After = (call: {
  readonly name: string;
  readonly actor: Actor;
  readonly input: unknown;
  readonly output: unknown;
}) => unknown;

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
  readonly #before = new Map<string, Set<Before>>();
  readonly #after = new Map<string, Set<After>>();

  constructor(
    readonly world: World,
    private readonly publish: (event: Happened) => void,
  ) {}

  /** Returns the undo, so that a plugin's whole effect can be withdrawn. */
  before(name: string, hook: Before): () => void {
    return register(this.#before, name, hook);
  }
  after(name: string, hook: After): () => void {
    return register(this.#after, name, hook);
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
    if (before?.size) {
      for (const hook of before) await hook({ name: op.name, actor, input });
      input = parse(op, input as z.input<In>);
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
    if (after?.size) for (const hook of after) await hook({ name: op.name, actor, input, output });
    return output;
  }

  async #run<In extends z.ZodType, Out extends z.ZodType, A>(
    op: Operation<In, Out, A>,
    actor: Actor,
    input: z.output<In>,
    origin: Origin | undefined,
  ): Promise<z.output<Out>> {
    const loaded = new Map<string, Promise<unknown>>();
    const once = <T>(key: string, load: () => Promise<T>): Promise<T> => {
      let found = loaded.get(key) as Promise<T> | undefined;
      if (!found) loaded.set(key, (found = load()));
      return found;
    };
    const ask: Ask<z.output<In>> = { ...this.world, actor, input, once };
    const access: Record<string, unknown> = {};
    for (const key in op.access) access[key] = await (op.access[key] as Access<z.output<In>, unknown>).load(ask);
    const happened = <D>(type: EventType<string, D>, to: Audience, data: D): Happened<D> => ({
      type: type.name,
      at: this.world.now(),
      actor: actor.id,
      community: actor.community,
      to,
      data,
      origin,
    });
    const call = {
      ...ask,
      access,
      emit: <D>(batch: Batch, type: EventType<string, D>, to: Audience, data: D) => {
        const event = happened(type, to, data);
        if (type.durable) batch.log(event);
        batch.afterCommit(() => this.publish(event));
        origin?.committing?.();
      },
      announce: <D>(type: EventType<string, D>, to: Audience, data: D) => {
        this.publish(happened(type, to, data));
      },
    } as unknown as Call<z.output<In>, A>;
    return op.run(call);
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

function register<H>(hooks: Map<string, Set<H>>, name: string, hook: H): () => void {
  let set = hooks.get(name);
  if (!set) hooks.set(name, (set = new Set()));
  set.add(hook);
  return () => void set.delete(hook);
}
