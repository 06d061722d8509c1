import type { z } from "zod";
import type { Batch, Store } from "../storage/store.ts";
import type { Happened } from "./event.ts";
import { Kernel } from "./kernel.ts";
import type { Actor, Operation, World } from "./operation.ts";
import { Refusal } from "./refusal.ts";

export type Outcome = "done" | "refused" | "failed";

/** A kernel that tells how each call went. */
export class MeasuredKernel extends Kernel {
  constructor(
    world: World,
    publish: (event: Happened) => void,
    private readonly stopwatch: () => number,
    private readonly told: (call: { readonly operation: string; readonly outcome: Outcome; readonly seconds: number }) => void,
  ) {
    super(world, publish);
  }

  override async invoke<In extends z.ZodType, Out extends z.ZodType, A>(
    op: Operation<In, Out, A>,
    actor: Actor,
    raw: z.input<In>,
    asked?: Parameters<Kernel["invoke"]>[3],
  ): Promise<z.output<Out>> {
    const began = this.stopwatch();
    let outcome: Outcome = "done";
    try {
      return await super.invoke(op, actor, raw, asked);
    } catch (why) {
      outcome = why instanceof Refusal ? "refused" : "failed";
      throw why;
    } finally {
      this.told({ operation: op.name, outcome, seconds: (this.stopwatch() - began) / 1000 });
    }
  }
}

/** A store that tells how long each commit took, in seconds. */
export const measuredStore = (store: Store, stopwatch: () => number, told: (seconds: number) => void): Store => ({
  dialect: store.dialect,
  all: (statement, params) => store.all(statement, params),
  one: (statement, params) => store.one(statement, params),
  exec: (ddl) => store.exec(ddl),
  async commit(batch: Batch) {
    const began = stopwatch();
    await store.commit(batch);
    told((stopwatch() - began) / 1000);
  },
  [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
});
