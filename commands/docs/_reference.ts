import type { Described, DescribedEvent, DescribedOperation, JsonSchema } from "../../src/domain/described.ts";

/** Operations or events as Markdown. */
export const operationsText = (operations: readonly DescribedOperation[]): string =>
  [
    "# Operations",
    "",
    "What the chat can do. `chat call <operation>` and the control socket take these names; every client's commands come down to them.",
    ...operations.flatMap((one) => [
      ...head(one),
      `Needs: ${one.needs.join(", ") || "nothing"}.`,
      ...fields("Input", one.input),
      ...fields("Output", one.output),
    ]),
  ].join("\n");

export const eventsText = (events: readonly DescribedEvent[]): string =>
  [
    "# Events",
    "",
    "What happens, as `chat watch`, plugins and the event log name it.",
    ...events.flatMap((one) => [
      ...head(one),
      one.durable ? "Written to the event log." : "Only announced.",
      ...fields("Fields", one.data),
    ]),
  ].join("\n");

const head = ({ name, summary }: Described): string[] => ["", `## ${name}`, "", summary, ""];

function fields(title: string, schema: JsonSchema): string[] {
  const properties = Object.entries((schema["properties"] as Record<string, JsonSchema> | undefined) ?? {});
  if (properties.length === 0) return ["", `${title}: nothing.`];
  const required = new Set((schema["required"] as string[] | undefined) ?? []);
  return [
    "",
    `${title}:`,
    "",
    ...properties.map(([name, type]) => {
      const standard = type["default"] === undefined ? "" : `, default \`${JSON.stringify(type["default"])}\``;
      return `- \`${name}\`${required.has(name) ? "" : " (may be left out)"}: ${typeText(type)}${standard}`;
    }),
  ];
}

function typeText(schema: JsonSchema): string {
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (schema["const"] !== undefined) return `\`${JSON.stringify(schema["const"])}\``;
  const either = (schema["anyOf"] ?? schema["oneOf"]) as JsonSchema[] | undefined;
  if (either) return [...new Set(either.map(typeText))].join(" or ");
  if (Array.isArray(schema["type"])) return schema["type"].map((type: unknown) => typeText({ ...schema, type })).join(" or ");
  if (schema["type"] === "array") {
    const items = typeText((schema["items"] as JsonSchema | undefined) ?? {});
    return `list of ${items}${bounds(schema, "minItems", "maxItems")}`;
  }
  if (schema["type"] === "object") {
    const keys = Object.keys((schema["properties"] as object | undefined) ?? {});
    return keys.length ? `object with ${keys.map((key) => `\`${key}\``).join(", ")}` : "object";
  }
  if (schema["type"] === "string") return `text${bounds(schema, "minLength", "maxLength")}`;
  if (schema["type"] === "number" || schema["type"] === "integer") return `number${bounds(schema, "minimum", "maximum")}`;
  return String(schema["type"] ?? "anything");
}

function bounds(schema: JsonSchema, least: string, most: string): string {
  const [from, to] = [schema[least] as number | undefined, schema[most] as number | undefined];
  const upper = to === undefined || to >= Number.MAX_SAFE_INTEGER ? undefined : to;
  if (upper === undefined) return from !== undefined && from > Number.MIN_SAFE_INTEGER && from !== 0 ? ` (at least ${from})` : "";
  return ` (${from ?? 0} to ${upper})`;
}

/** A wire's commands as Markdown. */
export const commandsText = (
  commands: readonly (Described & { readonly operation: string; readonly request: JsonSchema })[],
): string =>
  [
    "# Commands of the originChats wire",
    "",
    'JSON over WebSocket: `{"cmd": "<command>", …}`. A text under `listener` comes back with the answer.',
    ...commands.flatMap((one) => [...head(one), `Comes down to \`${one.operation}\`.`, ...fields("Request", one.request)]),
  ].join("\n");
