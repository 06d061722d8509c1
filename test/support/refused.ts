import { Refusal } from "../../src/kernel/refusal.ts";

/** The refusal that a promise ends in, as `code reason`; any other end is an error. */
export const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => {
      throw new Error("wanted a Refusal, but it succeeded");
    },
    (why: unknown) => {
      if (why instanceof Refusal) return `${why.code} ${why.reason}`;
      throw why;
    },
  );
