import { NOT_EXPORTED, TABLES } from "./tables.ts";

const KINDS = {
  text: "text",
  number: "number",
  moment: "milliseconds since 1970, UTC",
  flag: "true or false",
  json: "JSON",
} as const;

/** The form of an export, as Markdown. */
export function exportText(): string {
  return [
    "# An export",
    "",
    "`chat export` writes a folder, or one archive (`--to name.tar`, `.tar.gz`) of such a folder:",
    "",
    "- `manifest.json`, written last: `format` (`chat-export`), `version` (1), `at`, `program`, `schema`, `community` (slug, or null for all), `secrets`,",
    "  `files` (each with `name`, `bytes`, `sha256`, and `rows` for files of lines), `missing` (hashes whose bytes were not there).",
    "- `*.jsonl`: one JSON object a line, UTF-8. A field without a value is null. Ids are those of the instance and stay the same in every export.",
    "- `files/<hash>`: bytes of attachments, emoji and pictures under their SHA-256.",
    "- `settings.jsonl`: `path` and `value` of every setting that is no secret.",
    "",
    "All files tell of the same moment, also while the server runs. What opens something (hashes of passwords, tokens of webhooks, push subscriptions)",
    "is only in it with `--with-secrets`, marked here with †.",
    ...TABLES.flatMap(({ file, about, fields, secret }) => [
      "",
      `## ${file}${secret ? " †" : ""}`,
      "",
      about,
      "",
      ...fields.map((one) => `- \`${one.name}\`${one.secret ? " †" : ""} (${KINDS[one.kind]}): ${one.about}`),
    ]),
    "",
    "## Left out",
    "",
    ...Object.entries(NOT_EXPORTED).map(([table, why]) => `- \`${table}\`: ${why}`),
  ].join("\n");
}
