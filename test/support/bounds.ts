import type { z } from "zod";

/** What these tests read of a schema's own description of itself. */
interface Def {
  readonly type: string;
  readonly check?: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  readonly rest?: z.ZodType | null;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly getter?: () => z.ZodType;
}
interface Check {
  readonly check?: string;
  readonly pattern?: RegExp;
}
const defOf = (schema: z.ZodType): Def => (schema as unknown as { _zod: { def: Def } })._zod.def;

/** Anchored at both ends and without an open repetition. */
export function isBoundedPattern(pattern: RegExp): boolean {
  const source = pattern.source.replace(/\\./g, "x").replace(/\[[^\]]*\]/g, "x");
  return source.startsWith("^") && source.endsWith("$") && !/[*+]|\{\d+,\}/.test(source);
}

const NEITHER = new Set(["literal", "enum", "boolean", "null", "undefined", "void", "never", "nan", "date", "transform"]);
const WRAPPING = new Set([
  "optional",
  "nullable",
  "default",
  "prefault",
  "catch",
  "readonly",
  "nonoptional",
  "success",
  "promise",
]);

/** Everything in an input schema that a caller could make as large as they like, as `path: what`. */
export function unbounded(schema: z.ZodType, path = "", within: ReadonlySet<z.ZodType> = new Set()): string[] {
  const def = defOf(schema);
  const checks = [def as Check, ...(def.checks ?? []).map((check) => check._zod.def)];
  const has = (...names: readonly string[]) => checks.some(({ check }) => check !== undefined && names.includes(check));
  const inner = (one: z.ZodType | null | undefined, step = "") =>
    one ? unbounded(one, step && path ? `${path}.${step}` : path || step, new Set([...within, schema])) : [];
  const complain = (what: string) => [`${path || "(all)"}: ${what}`];
  switch (def.type) {
    case "string": {
      const patterned = checks.some(({ pattern }) => pattern && isBoundedPattern(pattern));
      return has("max_length", "length_equals") || patterned ? [] : complain("a string without a maximum");
    }
    case "number":
      return has("less_than") && has("greater_than") ? [] : complain("a number without a range");
    case "array":
      return [...(has("max_length", "length_equals") ? [] : complain("an array without a maximum")), ...inner(def.element, "[]")];
    case "object": {
      const open = def.catchall && defOf(def.catchall).type !== "never" ? complain("further keys without a bound") : [];
      return [...open, ...Object.entries(def.shape ?? {}).flatMap(([key, one]) => inner(one, key))];
    }
    case "record": {
      const open = defOf(def.keyType!).type === "enum" ? [] : complain("as many keys as one likes");
      return [...open, ...inner(def.keyType, "<key>"), ...inner(def.valueType, "<value>")];
    }
    case "map":
    case "set":
      return complain(`a ${def.type}`);
    case "union":
      return def.options!.flatMap((one) => inner(one));
    case "intersection":
      return [...inner(def.left), ...inner(def.right)];
    case "tuple":
      return [...def.items!.flatMap((one, at) => inner(one, String(at))), ...inner(def.rest, "…")];
    case "pipe":
      return [...inner(def.in), ...(defOf(def.in!).type === "transform" ? inner(def.out) : [])];
    case "lazy":
      return within.has(schema) ? complain("a schema that contains itself") : inner(def.getter!());
  }
  if (NEITHER.has(def.type)) return [];
  if (WRAPPING.has(def.type)) return inner(def.innerType);
  return complain(`${def.type}, whatever that is`);
}
