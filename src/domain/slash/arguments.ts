import { Refusal } from "../../kernel/refusal.ts";
import type { Option } from "./command.ts";

export type Argument = string | number | boolean;

const WHOLE = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})(e[+-]?\d{1,2})?$/i;
const TRUTH: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

/** An argument in the type its option asks for, also from a text that spells one; undefined when it is none. */
function converted({ type, choices }: Option, value: Argument): Argument | undefined {
  const text = String(value).trim();
  switch (type) {
    case "str":
      return String(value);
    case "enum":
      return choices?.includes(String(value)) ? String(value) : undefined;
    case "int":
      return WHOLE.test(text) ? Number(text) : undefined;
    case "float":
      return NUMBER.test(text) ? Number(text) : undefined;
    case "bool":
      return Object.hasOwn(TRUTH, text.toLowerCase()) ? TRUTH[text.toLowerCase()] : undefined;
  }
}

/** The arguments of a call as the options want them: none unknown, none missing, each of its type; an empty text is none. */
export function checkedArguments(
  options: readonly Option[],
  args: Readonly<Record<string, Argument | null>>,
): Record<string, Argument> {
  const known = new Map(options.map((option) => [option.name, option]));
  const given = new Map<string, Argument>();
  for (const [name, value] of Object.entries(args)) {
    const option = known.get(name);
    if (!option) throw new Refusal("invalid-input", "slash.argument-unknown", { name });
    if (value === null || (typeof value === "string" && !value.trim())) continue;
    const fit = converted(option, value);
    if (fit === undefined)
      throw new Refusal("invalid-input", "slash.argument-type", { name, type: option.type, choices: option.choices });
    given.set(name, fit);
  }
  for (const { name, required } of options)
    if (required && !given.has(name)) throw new Refusal("invalid-input", "slash.argument-missing", { name });
  return Object.fromEntries(given);
}
