import { z } from "zod";
import type { Call } from "../../kernel/operation.ts";
import type { Member } from "../users/access.ts";

export const OPTION_TYPES = ["str", "int", "float", "bool", "enum"] as const;

/** What a slash command asks for (reference/originchats.md §5.16). */
export const Option = z.object({
  name: z.string(),
  description: z.string(),
  type: z.enum(OPTION_TYPES),
  choices: z.array(z.string()).nullable(),
  required: z.boolean(),
});
export type Option = z.output<typeof Option>;

/** One of the server's own slash commands. */
export interface ServerCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /**
   * Does it and gives the public answer, which names no secret among the arguments. A Refusal reaches only the caller.
   * @param args by option name; required ones are there, and all are texts of at most 2,000 characters.
   */
  run(call: Call<unknown, unknown>, member: Member, args: Readonly<Record<string, string>>): Promise<string>;
}
