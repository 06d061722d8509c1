import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../src/cli/exit.ts";
import type { DescribedOperation } from "../src/domain/described.ts";
import { ChatCommand } from "./_command.ts";

/** The flags of this command itself; every other is a key of the operation's input. */
const OWN = new Set(["--data", "--socket"]);

export default class CallCommand extends ChatCommand {
  static override summary = "Carry out any operation by its name.";
  static override description = [
    "Lists the operations when none is named; `chat docs operations <name>` explains one.",
    "A key of its input is a flag: texts as they are, numbers, `--key` and `--no-key` for yes and no, a list by giving the flag again, everything else as JSON.",
    "Without such flags, JSON is read from standard input if something else than a terminal is there: the only way for passwords, tokens and codes. Prints JSON.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> call",
    "<%= config.bin %> call message.list --channel general --limit 5",
    'echo \'{"channel": "general", "content": "hi"}\' | <%= config.bin %> call message.send',
    'echo \'{"channel": "general", "question": "Tea?", "options": [{"id": "y", "text": "yes"}, {"id": "n", "text": "no"}]}\' | <%= config.bin %> call poll.create',
    `<%= config.bin %> call channel.update --channel general --changes '{"rules": {"view": ["user"], "send": ["moderator"]}}'`,
  ];
  static override args = { operation: Args.string({ description: "Name of the operation." }) };

  async run(): Promise<unknown> {
    const { own, keys } = split(this.argv);
    const { args, flags } = await this.parse(CallCommand, own);
    const { describeOperations } = await import("../src/domain/described.ts");
    const all = describeOperations();
    if (args.operation === undefined) {
      this.rows(
        ["OPERATION", "WHAT IT DOES"],
        all.map(({ name, summary }) => [name, summary]),
        "There are none.",
      );
      return all.map(({ name, summary }) => ({ name, summary }));
    }
    const operation = all.find(({ name }) => name === args.operation) ?? (await this.added(flags, args.operation));
    if (!operation) {
      const { closest } = await import("../src/config/did-you-mean.ts");
      const near = closest(
        args.operation,
        all.map(({ name }) => name),
      );
      throw new CommandError(
        `There is no operation called ${JSON.stringify(args.operation)}.${near ? ` Did you mean ${near}?` : ""} "chat call" lists them.`,
        EXIT.notFound,
      );
    }
    const { inputFromFlags, parsedInput } = await import("../src/cli/input.ts");
    const input =
      keys.length || process.stdin.isTTY ? inputFromFlags(operation.input, keys) : parsedInput(await Bun.stdin.text());
    const output = await this.once(flags, operation.name, input);
    this.log(JSON.stringify(output, null, 2));
    return output;
  }

  /** An operation that a plugin of the running server adds. */
  private async added(flags: Parameters<ChatCommand["server"]>[0], name: string): Promise<DescribedOperation | undefined> {
    if (!name.startsWith("plugin.")) return undefined;
    return (await (await this.server(flags)).operations()).find((one) => one.name === name);
  }
}

/** What belongs to the command, and what to the operation. */
function split(argv: readonly string[]): { own: string[]; keys: string[] } {
  const own: string[] = [];
  const keys: string[] = [];
  let named = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--json") own.push(word);
    else if (OWN.has(word)) own.push(word, ...argv.slice(++at, at + 1));
    else if ([...OWN].some((flag) => word.startsWith(`${flag}=`))) own.push(word);
    else if (!named && !word.startsWith("-")) {
      named = true;
      own.push(word);
    } else keys.push(word);
  }
  return { own, keys };
}
