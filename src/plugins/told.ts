import { Refusal } from "../kernel/refusal.ts";
import type { Told } from "./messages.ts";

/** An error as plain values. */
export const told = (why: unknown): Told => ({
  message: (why instanceof Error ? why.message : String(why)).slice(0, 2000),
  ...(why instanceof Refusal && { refusal: { code: why.code, reason: why.reason, facts: plain(why.facts) } }),
});

/** The error again. */
export const untold = ({ message, refusal }: Told): Error =>
  refusal ? new Refusal(refusal.code, refusal.reason, refusal.facts) : new Error(message);

const plain = (facts: object): Record<string, unknown> => JSON.parse(JSON.stringify(facts)) as Record<string, unknown>;
