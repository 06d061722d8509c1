import { closest } from "../config/did-you-mean.ts";

/** What oclif knows of a command line that does not fit its command. Its own messages have several lines. */
interface Misfit extends Error {
  readonly args?: readonly unknown[];
  readonly flags?: readonly string[];
}
interface Missing {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
}

/**
 * What is wrong with a command line, in a sentence or two.
 * @param command as it is typed, `chat rooms add`; flags: its flags without dashes.
 */
export function usageSentence(error: Error, command: string, flags: readonly string[]): string {
  const misfit = error as Misfit;
  const [message = "", ...more] = Bun.stripANSI(error.message)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "See more help with --help");
  const help = `"${command} --help" explains it.`;
  const option = /^Expected (?:--(\S+?)=)?(.*) to be one of: (.*)$/.exec(message);
  if (option) {
    const [, flag, given, allowed] = option;
    return `${flag ? `--${flag}: ` : ""}${JSON.stringify(given)} is not one of ${allowed}.`;
  }
  const [, unread] = /^Parsing (--\S+)$/.exec(message) ?? [];
  if (unread) return `${unread}: ${ended(more.map(unparsed).join(" "))}`;
  if (message.startsWith("Missing") && misfit.args)
    return `"${command}" needs ${needed(misfit.args as readonly Missing[])} ${help}`;
  if (message.startsWith("Unexpected argument") && misfit.args)
    return `"${command}" takes no argument ${misfit.args.map((one) => JSON.stringify(one)).join(", ")}. ${help}`;
  if (message.startsWith("Nonexistent flag") && misfit.flags) {
    const [first = ""] = misfit.flags;
    const given = first.replace(/^-+/, "");
    // --secret: a secret is in no argument, --secret-file names where it is.
    const near = flags.find((flag) => flag.startsWith(`${given}-`)) ?? closest(given, flags);
    return `"${command}" has no flag ${misfit.flags.join(", ")}.${near ? ` Did you mean --${near}?` : ""} ${help}`;
  }
  const absent = more.flatMap((line) => /^Missing required flag (\S+)$/.exec(line)?.[1] ?? []);
  if (absent.length > 0 && absent.length === more.length)
    return `"${command}" needs ${absent.map((name) => `--${name}`).join(" and ")}. ${help}`;
  return [...(more.length > 0 ? more : [message])].map(ended).join(" ");
}

function needed(missing: readonly Missing[]): string {
  const [{ name, description = "", options }, ...others] = missing as [Missing, ...Missing[]];
  if (others.length > 0) return `${missing.map((one) => `<${one.name}>`).join(" and ")}.`;
  return `<${name}>${options ? ` (${options.join(", ")})` : ""}: ${ended(description)}`;
}

/** `Expected an integer less than or equal to 9 but received: 10`, as settings say it. */
function unparsed(text: string): string {
  const [, than, limit, found] =
    /^Expected an integer(?: (greater|less) than or equal to (\S+))? but received: (.*)$/.exec(text) ?? [];
  if (found === undefined) return text;
  const upTo = than === undefined ? "" : than === "greater" ? ` of ${limit} or more` : ` of ${limit} or less`;
  return `found ${JSON.stringify(found)}, allowed is a whole number${upTo}`;
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
