// Options may have any name of letters: also one that every object has by nature.
import { expect, test } from "bun:test";
import { checkedArguments } from "../../src/domain/slash/arguments.ts";
import { refused } from "../support/refused.ts";

const option = (name: string) => ({ name, description: "", type: "str" as const, choices: null, required: true });

test.each(["constructor", "toString", "__proto__"])(
  "an option called %s is missing when it is not given, and arrives when it is",
  async (name) => {
    const missing = (async () => checkedArguments([option(name)], {}))();
    expect(await refused(missing)).toBe("invalid-input slash.argument-missing");
    const args = Object.fromEntries([[name, "hello"]]);
    expect(Object.entries(checkedArguments([option(name)], args))).toEqual([[name, "hello"]]);
  },
);
