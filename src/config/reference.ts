import { isSection, type Section, settingsTree } from "./settings-tree.ts";

/** The reference of all settings as Markdown. */
export function referenceText(): string {
  const head = [
    "# Settings",
    "",
    "A flag goes before the environment, the environment before `config.json5` in the data folder, the file before the default.",
    "In the environment a list is written with commas, and an empty variable counts as not set.",
  ];
  return [...head, ...part(settingsTree())].join("\n");
}

function part(section: Section): string[] {
  return section.entries.flatMap((entry) => {
    if (isSection(entry)) return ["", `## ${entry.path}`, "", entry.description, ...part(entry)];
    const variables = entry.envFile ? `\`${entry.env}\` or \`${entry.envFile}\` (a file with the value)` : `\`${entry.env}\``;
    return [
      "",
      `### ${entry.path}`,
      "",
      entry.description,
      "",
      `- allowed: ${entry.allowed}`,
      `- default: \`${JSON.stringify(entry.default)}\``,
      `- environment: ${variables}`,
    ];
  });
}
