import { pjson } from "./config.ts";
import manifest from "./manifest.gen.json";

export interface FlagEntry {
  readonly name: string;
  readonly char?: string | undefined;
  readonly summary: string;
  readonly takesValue: boolean;
  /** All that may be given. */
  readonly options: readonly string[];
  /** Stands in help for the value: `<file>`. */
  readonly value: string;
  readonly everywhere: boolean;
}
export interface CommandEntry {
  /** `rooms add` */
  readonly words: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly args: readonly { readonly name: string; readonly required: boolean; readonly description: string }[];
  readonly flags: readonly FlagEntry[];
}

interface CachedFlag {
  readonly name: string;
  readonly char?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly type: "boolean" | "option";
  readonly options?: readonly string[];
  readonly helpValue?: string;
  readonly helpGroup?: string;
  readonly allowNo?: boolean;
  readonly hidden?: boolean;
}
interface Cached {
  readonly summary: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly hidden?: boolean;
  readonly args: Readonly<Record<string, { name: string; required?: boolean; description?: string }>>;
  readonly flags: Readonly<Record<string, CachedFlag>>;
}

/** Every command as it is declared: completion and man page are made of this. */
export function commandTable(): CommandEntry[] {
  return Object.entries(manifest.commands as unknown as Record<string, Cached>)
    .filter(([, { hidden }]) => !hidden)
    .map(([id, { summary, description = "", examples = [], args, flags }]) => ({
      words: id.replaceAll(":", " "),
      summary,
      description,
      examples: examples.map((example) => example.replaceAll("<%= config.bin %>", pjson.oclif.bin!)),
      args: Object.values(args).map((arg) => ({
        name: arg.name,
        required: arg.required ?? false,
        description: arg.description ?? "",
      })),
      flags: [
        ...Object.values(flags)
          .filter(({ hidden }) => !hidden)
          .flatMap(flagEntries),
        HELP,
      ],
    }));
}

const HELP: FlagEntry = {
  name: "help",
  char: "h",
  summary: "Explain the command.",
  takesValue: false,
  options: [],
  value: "",
  everywhere: true,
};

function flagEntries({
  name,
  char,
  summary,
  description,
  type,
  options = [],
  helpValue = "<value>",
  helpGroup,
  allowNo,
}: CachedFlag): FlagEntry[] {
  const entry: FlagEntry = {
    name,
    char,
    summary: summary ?? description ?? "",
    takesValue: type === "option",
    options,
    value: helpValue,
    everywhere: helpGroup === "GLOBAL",
  };
  return allowNo ? [entry, { ...entry, name: `no-${name}`, char: undefined, summary: `Not: ${entry.summary}` }] : [entry];
}

/** What may follow some words: commands and those that others stand below. */
export function wordsAfter(table: readonly CommandEntry[]): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>([["", new Map()]]);
  const topics = pjson.oclif.topics as unknown as Record<string, { description: string }>;
  for (const { words, summary } of table) {
    const [first = "", second] = words.split(" ");
    const below = second === undefined ? "" : first;
    if (second !== undefined && !found.get("")!.has(first)) found.get("")!.set(first, topics[first]?.description ?? summary);
    if (!found.has(below)) found.set(below, new Map());
    found.get(below)!.set(second ?? first, summary);
  }
  return found;
}
