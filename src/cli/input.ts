import { closest } from "../config/did-you-mean.ts";
import { CommandError, EXIT } from "./exit.ts";

type Schema = Readonly<Record<string, any>>;

/** An operation's input as text: empty text is an empty input. */
export function parsedInput(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(`The input is not JSON: ${(error as Error).message}.`, EXIT.usage);
  }
}

/** `--key value`, `--key=value`, `--key`, `--no-key` as the schema's types want them. The operation itself checks the values. */
export function inputFromFlags(schema: Schema, words: readonly string[]): Record<string, unknown> {
  const known = propertiesOf(schema);
  const input: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at++) {
    const [, name = "", inline] = /^--([\w-]+)(?:=(.*))?$/s.exec(words[at]!) ?? [];
    if (!name)
      throw new CommandError(
        `${JSON.stringify(words[at])} is no flag; keys of the input are given like --key value.`,
        EXIT.usage,
      );
    const key = keyOf(name, known);
    const no = key === undefined && name.startsWith("no-") ? keyOf(name.slice(3), known) : undefined;
    if (no && typeOf(known[no]!) === "boolean") {
      input[no] = false;
      continue;
    }
    if (!key) {
      const near = closest(name, Object.keys(known));
      const list = Object.keys(known)
        .map((one) => `--${one}`)
        .join(", ");
      throw new CommandError(
        `--${name} is no key of this operation.${near ? ` Did you mean --${near}?` : ""} It takes ${list || "nothing"}.`,
        EXIT.usage,
      );
    }
    if (known[key]!["secret"] === true)
      throw new CommandError(
        `--${name} is a secret, and others can read arguments: give the input as JSON on standard input.`,
        EXIT.usage,
      );
    const type = typeOf(known[key]!);
    const next = words[at + 1];
    if (type === "boolean" && inline === undefined && next !== "true" && next !== "false") {
      input[key] = true;
      continue;
    }
    const text = inline ?? words[++at];
    if (text === undefined) throw new CommandError(`--${name} expects a value.`, EXIT.usage);
    const value = valueOf(known[key]!, text, name);
    input[key] = type === "array" && !Array.isArray(value) ? [...((input[key] as unknown[] | undefined) ?? []), value] : value;
  }
  return input;
}

const propertiesOf = (schema: Schema): Record<string, Schema> =>
  (schema["properties"] as Record<string, Schema> | undefined) ??
  Object.assign({}, ...[...(schema["allOf"] ?? []), ...(schema["anyOf"] ?? [])].map(propertiesOf));

/** `reply-to` is `replyTo`. */
const keyOf = (name: string, known: Record<string, Schema>): string | undefined =>
  [name, name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())].find((one) => Object.hasOwn(known, one));

/** The type beside `null`, where a key has one type. */
function typeOf(schema: Schema): string | undefined {
  const types = [schema["type"] ?? (schema["anyOf"] as Schema[] | undefined)?.map(typeOf)]
    .flat()
    .filter((type) => type && type !== "null");
  return new Set(types).size === 1 ? (types[0] as string) : undefined;
}

function valueOf(schema: Schema, text: string, name: string): unknown {
  const type = typeOf(schema);
  const nullable = JSON.stringify(schema).includes('"null"');
  if (nullable && text === "null") return null;
  if (type === "string") return text;
  if (type === "number" || type === "integer") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "array" && !text.startsWith("[")) return valueOf((schema["items"] as Schema | undefined) ?? {}, text, name);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (type === undefined) return text;
    throw new CommandError(`--${name} expects JSON.`, EXIT.usage);
  }
}
