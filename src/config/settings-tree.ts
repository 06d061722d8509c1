import { z } from "zod";

import type { KeyMeta } from "./declare.ts";
import { SettingsSchema } from "./schema.ts";

/** One settable key, as the reference prints it. */
export interface Key {
  /** Dotted path in the file: `rate_limiting.enabled`. */
  readonly path: string;
  readonly env: string;
  /** Variable that names a file to read the value from; secrets only. */
  readonly envFile?: string;
  /** What is allowed, in words: `a whole number from 0 to 65535`. */
  readonly allowed: string;
  readonly kind: "text" | "number" | "boolean" | "list" | "sections";
  readonly default: unknown;
  readonly description: string;
  readonly secret: boolean;
}
export interface Section {
  readonly path: string;
  readonly description: string;
  readonly entries: readonly (Key | Section)[];
}
export const isSection = (entry: Key | Section): entry is Section => "entries" in entry;

/** The schema as a tree of sections and keys, in the order in which it is written. */
export function settingsTree(): Section {
  const walk = (schema: z.ZodObject, path: readonly string[], description: string): Section => ({
    path: path.join("."),
    description,
    entries: Object.entries(schema.shape).map(([name, inner]) => {
      const meta = (inner as z.ZodType).meta() as unknown as KeyMeta;
      const at = [...path, name];
      if (inner instanceof z.ZodPrefault) return walk(inner.unwrap() as z.ZodObject, at, meta.description);
      const wrapped = inner as z.ZodDefault;
      const env = `CHAT_${at.join("_").toUpperCase()}`;
      return {
        path: at.join("."),
        env,
        ...(meta.secret ? { envFile: `${env}_FILE` } : {}),
        ...allowed(wrapped.unwrap() as z.ZodType),
        default: wrapped.def.defaultValue,
        description: meta.description,
        secret: meta.secret ?? false,
      };
    }),
  });
  return walk(SettingsSchema, [], "");
}

/** Every key, flat: what `chat config reference` prints. */
export function describeSettings(): Key[] {
  const flat = (entry: Section): Key[] => entry.entries.flatMap((inner) => (isSection(inner) ? flat(inner) : [inner]));
  return flat(settingsTree());
}

function allowed(type: z.ZodType): Pick<Key, "allowed" | "kind"> {
  if (type instanceof z.ZodBoolean) return { kind: "boolean", allowed: "true or false" };
  if (type instanceof z.ZodEnum) return { kind: "text", allowed: `one of ${type.options.join(", ")}` };
  if (type instanceof z.ZodRecord) return { kind: "sections", allowed: "sections in braces, each under a name" };
  if (type instanceof z.ZodArray) return { kind: "list", allowed: "a list of texts" };
  if (type instanceof z.ZodNumber) {
    const { minValue, maxValue } = type;
    const upTo = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? "or more" : `to ${maxValue}`;
    return { kind: "number", allowed: `a whole number from ${minValue} ${upTo}`.replace(/from (\S+) or more/, "of $1 or more") };
  }
  const { minLength, maxLength } = type as z.ZodString;
  const length =
    maxLength === null ? "" : minLength ? ` of ${minLength} to ${maxLength} characters` : ` of up to ${maxLength} characters`;
  return { kind: "text", allowed: `a text${length}` };
}
