import { createHash } from "node:crypto";
import { storable } from "../../kernel/storable.ts";

export type Raw = Readonly<Record<string, unknown>>;
export const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** A text as every database keeps it, no longer than `max`; undefined for anything else. */
export const textOf = (value: unknown, max = 10_000): string | undefined =>
  typeof value === "string" ? (storable(value.length > max ? value.slice(0, max) : value) as string) : undefined;
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** The year 9999, beyond which dates have no common form. */
const LATEST = 253_402_300_799_000;
/** Moments written as seconds are smaller than this until the year 5138, as milliseconds larger since 1973. */
const SECONDS_BELOW = 100_000_000_000;

/** Seconds, as originChats writes moments, or milliseconds, as other programs' tools do, or a text of either; as milliseconds. */
export function momentOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : numberOf(value);
  if (number === undefined || !Number.isFinite(number) || number <= 0) return undefined;
  const ms = Math.round(number < SECONDS_BELOW ? number * 1000 : number);
  return ms <= LATEST ? ms : undefined;
}

/** An id that the same thing gets at each import: UUIDv8 (RFC 9562 §5.8) of what tells it apart. */
export function derivedId(...parts: readonly string[]): string {
  const hash = createHash("sha256").update(parts.join("\0")).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** `name`, or `name-2`, `name-3` … until `free` likes it. */
export function freeName(name: string, free: (name: string) => boolean, longest: number): string {
  if (free(name)) return name;
  for (let n = 2; ; n++) {
    const next = `${[...name].slice(0, longest - 8).join("")}-${n}`;
    if (free(next)) return next;
  }
}

/** A list in slices. */
export function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
