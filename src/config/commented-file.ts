import { isSection, type Key, type Section, settingsTree } from "./schema.ts";

/** The `config.json5` that a first start writes: every key with its prose and its default, all of them commented out. */
export function commentedFile(): string {
  const header = [
    "// Configuration of chat. Take the // off a line to change its value; what is not set has the default shown here.",
    "// A flag or an environment variable goes before this file; `chat config show` says which one won.",
    "// `chat config check` tells whether the file is right, `chat config reference` explains every key.",
  ];
  return `${[...header, "{", ...lines(settingsTree(), "  "), "}"].join("\n")}\n`;
}

function lines(section: Section, indent: string): string[] {
  return section.entries.flatMap((entry) => (isSection(entry) ? sectionLines(entry, indent) : keyLines(entry, indent)));
}

const sectionLines = (entry: Section, indent: string): string[] => [
  `${indent}// ${entry.description}`,
  `${indent}${nameOf(entry)}: {`,
  ...lines(entry, `${indent}  `),
  `${indent}},`,
];

const keyLines = (entry: Key, indent: string): string[] => [
  `${indent}// ${entry.description}`,
  `${indent}// ${nameOf(entry)}: ${JSON.stringify(entry.default)},`,
];

const nameOf = (entry: Key | Section): string => entry.path.slice(entry.path.lastIndexOf(".") + 1);
