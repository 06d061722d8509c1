import { pjson } from "./config.ts";
import { type CommandEntry, commandTable, type FlagEntry } from "./command-table.ts";
import { EXIT_MEANINGS } from "./exit.ts";

/** chat(1) in the man macros of groff_man(7), from the same declarations as `--help`. */
export function manPage(): string {
  const table = commandTable();
  return [
    `.TH CHAT 1 "" "chat ${pjson.version}" "chat"`,
    ".SH NAME",
    `chat \\- ${text(pjson.description ?? "")}`,
    ".SH SYNOPSIS",
    ".B chat",
    ".I command",
    "[\\fIargument\\fR ...] [\\fB\\-\\-flag\\fR ...]",
    ".SH DESCRIPTION",
    text(
      '"chat serve" runs the server; most other commands speak with the running server, or work on its data folder when none runs.',
    ),
    ".SH COMMANDS",
    ...table.flatMap(command),
    ".SH FLAGS OF EVERY COMMAND",
    ...flagsIn(table[0]!.flags, true),
    ".SH EXIT STATUS",
    ...Object.entries(EXIT_MEANINGS).flatMap(([code, meaning]) => [".TP", `.B ${code}`, text(meaning)]),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(([name, meaning]) => [".TP", `.B ${text(name)}`, text(meaning)]),
    ".SH FILES",
    ".TP",
    ".I ~/.local/share/chat",
    text(
      "The data folder: database, settings (config.json5), attachments, keys, certificates, plugins. As a service: /var/lib/chat.",
    ),
    "",
  ].join("\n");
}

const ENVIRONMENT = [
  ["CHAT_DATA", "The data folder."],
  ["CHAT_CONFIG", "Another file of settings than config.json5 in the data folder."],
  [
    "CHAT_<SECTION>_<KEY>",
    'A setting; "chat config reference" names them all. Secrets also from a file: CHAT_<SECTION>_<KEY>_FILE.',
  ],
  ["NO_COLOR", "Write without colours."],
] as const;

function command({ words, summary, description, examples, args, flags }: CommandEntry): string[] {
  const synopsis = args.map(({ name, required }) => (required ? ` \\fI${text(name)}\\fR` : ` [\\fI${text(name)}\\fR]`)).join("");
  return [
    `.SS chat ${text(words)}${synopsis}`,
    text(summary),
    ...description
      .split("\n")
      .filter(Boolean)
      .flatMap((line) => [".PP", text(line)]),
    ...args.flatMap((arg) => [".TP", `.I ${text(arg.name)}`, text(arg.description)]),
    ...flagsIn(flags, false),
    ...(examples.length ? [".PP", "Examples:", ".PP", ".nf", ...examples.map((line) => `    ${text(line)}`), ".fi"] : []),
  ];
}

const flagsIn = (flags: readonly FlagEntry[], everywhere: boolean): string[] =>
  flags
    .filter((flag) => flag.everywhere === everywhere)
    .flatMap(({ name, char, summary, takesValue, options, value }) => [
      ".TP",
      `${char ? `\\fB\\-${char}\\fR, ` : ""}\\fB\\-\\-${text(name)}\\fR${takesValue ? ` \\fI${text(options.length ? options.join("|") : value)}\\fR` : ""}`,
      text(summary),
    ]);

/** Nothing of it is taken for a request or an escape, and nothing but ASCII is left. */
const text = (plain: string): string =>
  plain
    .replaceAll("\\", "\\(rs")
    .replaceAll("-", "\\-")
    .replaceAll("`", "")
    .replaceAll("~", "\\(ti")
    .replaceAll("\n", " ")
    .replace(/^(?=[.'])/, "\\&")
    .replaceAll(/[^\u0020-\u007E]/gu, (letter) => `\\[u${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`);
