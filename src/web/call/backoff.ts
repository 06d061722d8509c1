const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying for the nth time in a row, in ms: twice as long each time, up to half a minute, and never the same for all,
 * so that those whom one restart threw out do not come back in one moment.
 * @param chance from 0 to 1.
 */
export function waitBefore(attempt: number, chance: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(whole * (0.5 + chance / 2));
}

export const chance = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
