import type { z } from "zod";

import { closest } from "./did-you-mean.ts";
import { isSection, type Key, type Section, settingsTree } from "./settings-tree.ts";

/** A problem that the schema found, as sentences: the key in the words of its source, what was found, what is allowed. */
export function explain(
  issue: z.core.$ZodIssue,
  raw: unknown,
  keys: readonly Key[],
  names: ReadonlyMap<string, string>,
  file: string,
): string[] {
  if (issue.code === "unrecognized_keys") {
    const at = issue.path.join(".");
    return issue.keys.map((name) => unknownKey(at ? `${at}.${name}` : name, name, at, keys, file));
  }
  const path = keyAt(issue);
  const key = keys.find((candidate) => candidate.path === path);
  if (!key) return [`${path || "The file"} in ${file}: must be a section in braces, found ${shown(valueAt(raw, path))}.`];
  const found = key.secret ? "a value that is not shown here" : shown(valueAt(raw, issue.path.join(".")));
  const wanted = issue.code === "custom" ? issue.message : key.allowed;
  return [`${names.get(path)}: found ${found}, allowed is ${wanted}.`];
}

/** The path of the key that a problem is about. */
export const keyAt = ({ path }: z.core.$ZodIssue): string => path.filter((part) => typeof part === "string").join(".");

/** Keys that originChats' own file has and that mean nothing here, with what to do about them. */
const RETIRED = new Map([
  ["DB.channels", "Channels are kept in the database; take the key out."],
  ["rotur.validate_key", "A key is made for every connection; take the key out."],
  ["service", "Name and version are the program's own; take the section out."],
  ["DB.users.file", "Users are kept in the database; take the key out."],
]);

function unknownKey(path: string, name: string, parent: string, keys: readonly Key[], file: string): string {
  const retired = RETIRED.get(path);
  if (retired) return `${path} in ${file} is not used here. ${retired}`;
  const near = closest(name, sectionAt(parent)?.entries.map((entry) => entry.path.split(".").at(-1)!) ?? []);
  const elsewhere = keys.find((key) => key.path.endsWith(`.${name}`))?.path;
  const meant = near ? (parent ? `${parent}.${near}` : near) : elsewhere;
  return `${path} in ${file} is not a key.${meant ? ` Did you mean ${meant}?` : ""}`;
}

function sectionAt(path: string): Section | undefined {
  const find = (entry: Section): Section | undefined =>
    entry.path === path
      ? entry
      : entry.entries
          .filter(isSection)
          .map(find)
          .find((found) => found !== undefined);
  return find(settingsTree());
}

/** What stands at a dotted path; parts that every object has by nature are none. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const part of path === "" ? [] : path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** A found value, short and on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
