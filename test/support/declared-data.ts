import { expect } from "bun:test";
import { events } from "../../src/domain/index.ts";
import type { EventType, Happened } from "../../src/kernel/event.ts";

const types = new Map<string, EventType<string, any>>(events.map((type) => [type.name, type]));

/** Each event carries what its type declares, and nothing besides: docs, plugins and other processes read the declaration. */
export function expectDeclaredData(happened: readonly Happened[]): void {
  for (const { type, data } of happened) {
    const declared = types.get(type);
    if (!declared) throw new Error(`${type} happened, and is not among the events there are`);
    const parsed = declared.data.safeParse(data);
    expect(parsed.error?.issues ?? [], `${type} as it was emitted`).toEqual([]);
    expect(parsed.data, `${type} carries only what it declares`).toEqual(data);
  }
}
