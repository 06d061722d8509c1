import { z } from "zod";

/**
 * Fields whose faults a binding tells in this wire's own words (reference/originchats.md §2): the schema lets any value in, and says for the
 * documentation what is meant.
 */
const meant = (schema: { readonly type: string | readonly string[]; readonly items?: object }) => z.unknown().meta(schema);

export const TEXT = meant({ type: "string" });
export const TEXT_OR_NULL = meant({ type: ["string", "null"] });
export const NUMBER = meant({ type: "number" });
export const YES_OR_NO = meant({ type: "boolean" });
export const OBJECT = meant({ type: "object" });
export const TEXTS = meant({ type: "array", items: { type: "string" } });
export const OBJECTS = meant({ type: "array", items: { type: "object" } });
