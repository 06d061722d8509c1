import { Refusal } from "../kernel/refusal.ts";

export interface LanesOptions {
  /** How much runs at one time. */
  readonly atOnce: number;
  /** How much may wait for its turn, in order of arrival; beyond it is refused. */
  readonly waiting: number;
}

/**
 * Turns for work that eats processor and memory, so that a flood of it cannot starve the rest.
 * Refusal: `unavailable` (`media.busy`), without having begun.
 */
export function lanes({ atOnce, waiting }: LanesOptions): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running < atOnce) running += 1;
    else {
      if (queue.length >= waiting) throw new Refusal("unavailable", "media.busy");
      // Whoever leaves hands over the lane, so that nobody who comes later gets in between.
      await new Promise<void>((resolve) => void queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
