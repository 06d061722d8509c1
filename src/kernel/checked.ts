import type { z } from "zod";

/** What is wrong with a value, first things first. */
export interface Flaw {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a flaw `unrecognized_keys`. */
  readonly keys?: readonly string[] | undefined;
}
export type Checked<T> =
  { readonly success: true; readonly data: T } | { readonly success: false; readonly flaws: readonly Flaw[] };

/**
 * `safeParse` that is safe: zod 4.6.7 throws where a length is checked of an object that pretends to have one
 * (`{"length":{"valueOf":1,"toString":1}}`).
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  try {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed : { success: false, flaws: parsed.error.issues };
  } catch {
    return { success: false, flaws: [{ path: [], message: "Invalid input" }] };
  }
}
