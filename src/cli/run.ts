import { Config, flush, run, toConfiguredId } from "@oclif/core";
import { normalizeArgv } from "@oclif/core/help";

import { closest } from "../config/did-you-mean.ts";
import { embeddedOptions } from "./config.ts";
import { CommandError, EXIT } from "./exit.ts";

/** Runs one command line. Throws what went wrong, and oclif's own way to leave. */
export async function runCommandLine(argv: string[]): Promise<void> {
  const options = await embeddedOptions();
  refuseUnknown(await Config.load(options), argv);
  await run(argv, options);
  await flush();
}

/** oclif would answer these with its own sentence, or with a code that means something else. */
function refuseUnknown(config: Config, argv: readonly string[]): void {
  const [first] = argv;
  if (!first || HELP_AND_VERSION.has(first)) return;
  const list = `"${config.bin} --help" lists the commands.`;
  if (first.startsWith("-"))
    throw new CommandError(`${first} is no flag of ${config.bin} itself, and the command comes first. ${list}`, EXIT.usage);
  const [id = ""] = normalizeArgv(config, [...argv]);
  if (config.findCommand(id)) return;
  const flag = argv.findIndex((word) => word.startsWith("-"));
  const words = flag === -1 ? argv : argv.slice(0, flag);
  if (config.findTopic(id) && words.join(":") === id) return;
  const ids = config.commands.filter((command) => !command.hidden).map((command) => command.id);
  const begun = ids.find((known) => words.join(":").startsWith(`${known}:`));
  if (begun) {
    const extra = words.slice(begun.split(":").length).join(" ");
    throw new CommandError(
      `"${config.bin} ${toConfiguredId(begun, config)}" takes no argument ${JSON.stringify(extra)}.`,
      EXIT.usage,
    );
  }
  const near = [1, 2, 3].flatMap((length) => closest(words.slice(0, length).join(":"), ids) ?? []).at(-1);
  const hint = near ? ` Did you mean "${config.bin} ${toConfiguredId(near, config)}"?` : "";
  throw new CommandError(`"${words.join(" ")}" is not a command.${hint} ${list}`, EXIT.usage);
}

const HELP_AND_VERSION = new Set(["--help", "-h", "--version", "-v"]);
