import { readFileSync, renameSync, writeFileSync } from "node:fs";

import { isSection, type Key, type Section, settingsTree } from "./settings-tree.ts";

/** The `config.json5` that a first start writes: every key with its prose and its default, commented out unless `values` has one. */
export function commentedFile(values: Readonly<Record<string, unknown>> = {}): string {
  const header = [
    "// Configuration of chat. Take the // off a line to change its value; what is not set has the default shown here.",
    "// A flag or an environment variable goes before this file; `chat config show` says which one won.",
    "// `chat config check` tells whether the file is right, `chat config reference` explains every key.",
  ];
  return `${[...header, "{", ...lines(settingsTree(), "  ", values), "}"].join("\n")}\n`;
}

/**
 * Sets values by key path in a `config.json5` in which nothing was set yet.
 * @returns false when somebody has changed the file: it is left alone.
 */
export function writeSettings(file: string, values: Readonly<Record<string, unknown>>): boolean {
  if (readFileSync(file, "utf8") !== commentedFile()) return false;
  writeFileSync(`${file}.new`, commentedFile(values), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return true;
}

type Values = Readonly<Record<string, unknown>>;

function lines(section: Section, indent: string, values: Values): string[] {
  return section.entries.flatMap((entry) =>
    isSection(entry) ? sectionLines(entry, indent, values) : keyLines(entry, indent, values),
  );
}

const sectionLines = (entry: Section, indent: string, values: Values): string[] => [
  `${indent}// ${entry.description}`,
  `${indent}${nameOf(entry)}: {`,
  ...lines(entry, `${indent}  `, values),
  `${indent}},`,
];

const keyLines = (entry: Key, indent: string, values: Values): string[] => [
  `${indent}// ${entry.description}`,
  values[entry.path] === undefined
    ? `${indent}// ${nameOf(entry)}: ${JSON.stringify(entry.default)},`
    : `${indent}${nameOf(entry)}: ${JSON.stringify(values[entry.path])},`,
];

const nameOf = (entry: Key | Section): string => entry.path.slice(entry.path.lastIndexOf(".") + 1);
