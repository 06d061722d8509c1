/** Milliseconds since the epoch. */
export type Clock = () => number;
export const systemClock: Clock = () => Date.now();

/** What must happen later. Each returns its undo. */
export interface Timers {
  every(ms: number, act: () => void): () => void;
  after(ms: number, act: () => void): () => void;
}
/** Timers that do not keep the program alive. */
export const systemTimers: Timers = {
  every(ms, act) {
    const timer = setInterval(act, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  after(ms, act) {
    // What is less than a millisecond would be cut off: who looks at the clock then would find that it is not time yet.
    const timer = setTimeout(act, Math.ceil(ms));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
