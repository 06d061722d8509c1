import type { Call } from "../../kernel/operation.ts";
import type { Member } from "../users/access.ts";
import type { ListedCommand, Option, RoleLists } from "./command.ts";

/** One of the server's own slash commands, or of a plugin's. */
export interface ServerCommand extends Partial<RoleLists> {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** The answer goes to the caller alone and is not kept. */
  readonly ephemeral?: boolean;
  /**
   * Does it and gives the answer, which names no secret among the arguments. A Refusal reaches only the caller.
   * @param args by option name; required ones are there, and all are texts of at most 2,000 characters.
   * @param usable what the caller may call, this one included.
   */
  run(
    call: Call<unknown, unknown>,
    member: Member,
    args: Readonly<Record<string, string>>,
    usable: () => readonly ListedCommand[],
  ): Promise<string>;
}
