import { Config, flush, run, toConfiguredId } from "@oclif/core";
import { normalizeArgv } from "@oclif/core/help";

import { closest } from "../config/did-you-mean.ts";
import { embeddedOptions } from "./config.ts";
import { CommandError, EXIT } from "./exit.ts";
import { report, reportText } from "./report.ts";

/** Runs one command line and sets the exit code. */
export async function runCommandLine(argv: string[]): Promise<void> {
  try {
    const options = await embeddedOptions();
    refuseUnknown(await Config.load(options), argv);
    await run(argv, options);
    await flush();
  } catch (error) {
    const found = report(error);
    process.exitCode = found?.exit ?? EXIT.done;
    if (found) process.stderr.write(reportText(found, wantsJson(argv)));
  }
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes("--json");
}

/** oclif would answer an unknown command with its own sentence and a code that means something else. */
function refuseUnknown(config: Config, argv: readonly string[]): void {
  if (!argv[0] || argv[0].startsWith("-")) return;
  const [id] = normalizeArgv(config, [...argv]);
  if (!id || config.findCommand(id)) return;
  const words = argv.slice(
    0,
    Math.max(
      argv.findIndex((word) => word.startsWith("-")),
      0,
    ) || argv.length,
  );
  if (config.findTopic(id) && words.join(":") === id) return;
  const ids = config.commands.filter((command) => !command.hidden).map((command) => command.id);
  const near = [1, 2, 3].flatMap((length) => closest(words.slice(0, length).join(":"), ids) ?? []).at(-1);
  const hint = near ? ` Did you mean "${config.bin} ${toConfiguredId(near, config)}"?` : "";
  throw new CommandError(`"${words.join(" ")}" is not a command.${hint} "${config.bin} --help" lists them.`, EXIT.usage);
}
