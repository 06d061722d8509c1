import { z } from "zod";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/operation.ts";
import { events, operations } from "./index.ts";

/** An operation or an event, for who has only the names: documentation, `chat call`, other programs. */
export interface Described {
  readonly name: string;
  readonly summary: string;
}
export interface DescribedOperation extends Described {
  /** The rights it asks for, in words. */
  readonly needs: readonly string[];
  /** JSON Schema (2020-12). */
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}
export interface DescribedEvent extends Described {
  /** Written down with its change, so that it can be told again. */
  readonly durable: boolean;
  readonly data: JsonSchema;
}
export type JsonSchema = Readonly<Record<string, unknown>>;

const schemaOf = (type: z.ZodType, io: "input" | "output"): JsonSchema => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema;
};

const describe = ({ name, summary, access, input, output }: Operation): DescribedOperation => ({
  name,
  summary,
  needs: Object.values(access as Record<string, { needs: string }>).map(({ needs }) => needs),
  input: schemaOf(input, "input"),
  output: schemaOf(output, "output"),
});

export const describeOperations = (): DescribedOperation[] => operations.map(describe);
/** Those that plugins add. */
export const describeAdded = (kernel: Kernel): DescribedOperation[] => kernel.allAdded.map(describe);

export const describeEvents = (): DescribedEvent[] =>
  events.map(({ name, summary, durable, data }) => ({ name, summary, durable, data: schemaOf(data, "output") }));

const byName = new Map(operations.map((operation) => [operation.name as string, operation]));

/** The operation of that name. */
export const operationNamed = (name: string): Operation | undefined => byName.get(name);
