import { z } from "zod";

/** Options as their plugin declares them; what it does not know is named. Throws an Error whose message is one line per problem. */
export function parsedOptions<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const made = schema instanceof z.ZodLazy ? schema.unwrap() : schema;
  const strict = made instanceof z.ZodObject ? made.strict() : schema;
  const parsed = strict.safeParse(given ?? {});
  if (parsed.success) return parsed.data as z.output<Schema>;
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `there is no option ${[...issue.path, issue.keys.join(", ")].join(".")}`
      : `${issue.path.join(".") || "options"}: ${issue.message}`,
  );
  throw new Error(problems.join("; "));
}
