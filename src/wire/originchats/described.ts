import { z } from "zod";
import type { JsonSchema } from "../../domain/described.ts";
import { doors } from "./accounts.ts";
import { bindings } from "./bindings.ts";

/** A command of this wire, for documentation. */
export interface DescribedCommand {
  readonly name: string;
  readonly summary: string;
  /** The operation it comes down to. */
  readonly operation: string;
  /** JSON Schema of the request. */
  readonly request: JsonSchema;
}

/** All that an operation answers, those by which one signs in among them. */
export const describeCommands = (): DescribedCommand[] =>
  [...bindings, ...Object.entries(doors).map(([name, door]) => ({ ...door, name }))]
    .map(({ name, operation, request }) => {
      const { $schema: _, ...schema } = z.toJSONSchema(request, { io: "input", unrepresentable: "any" });
      return { name, summary: operation.summary, operation: operation.name, request: schema };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
