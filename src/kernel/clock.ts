/** Milliseconds since the epoch. The only reader of the machine's clock besides the log. */
export type Clock = () => number;
export const systemClock: Clock = () => Date.now();
