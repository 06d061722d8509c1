/** Chance that a seed repeats (mulberry32), so that a failing run can be run again. */
export interface Random {
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  of<T>(all: readonly T[]): T;
  shuffled<T>(all: readonly T[]): T[];
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    of: (all) => all[below(all.length)]!,
    shuffled: (all) => {
      const left = [...all];
      for (let at = left.length - 1; at > 0; at--) {
        const to = below(at + 1);
        [left[at], left[to]] = [left[to]!, left[at]!];
      }
      return left;
    },
  };
}
