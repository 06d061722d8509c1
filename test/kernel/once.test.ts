import { expect, test } from "bun:test";
import { z } from "zod";

import { eventType } from "../../src/kernel/event.ts";
import { operation } from "../../src/kernel/operation.ts";
import { binding } from "../../src/wire/wire.ts";

/** A schema that counts how often it was made. */
function counted() {
  const schema = Object.assign(
    () => {
      schema.made++;
      return z.object({ word: z.string() });
    },
    { made: 0 },
  );
  return schema;
}

test("declaring an operation, an event or a binding makes no schema; asking for one makes it, once", () => {
  const [input, output, data, request] = [counted(), counted(), counted(), counted()];
  const op = operation({
    name: "word.say",
    summary: "Say it.",
    input,
    output,
    access: {},
    run: async ({ input: { word } }) => ({ word }),
  });
  const event = eventType({ name: "word.said", summary: "It was said.", data, durable: false });
  const bound = binding({ name: "say", operation: op, request, toInput: ({ word }) => ({ word }), toReply: () => undefined });
  expect([input, output, data, request].map(({ made }) => made)).toEqual([0, 0, 0, 0]);

  expect(op.input).toBe(op.input);
  expect(op.input.parse({ word: "a" })).toEqual({ word: "a" });
  expect([input, output, data, request].map(({ made }) => made)).toEqual([1, 0, 0, 0]);

  expect([op.output, event.data, bound.request]).toEqual([op.output, event.data, bound.request]);
  expect([input, output, data, request].map(({ made }) => made)).toEqual([1, 1, 1, 1]);
});
