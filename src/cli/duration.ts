import { CommandError, EXIT } from "./exit.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90s`, `10m`, `2h`, `1d`, `1d12h` as seconds; a bare number is not taken, since nobody knows of what. */
export function seconds(text: string): number {
  if (!/^(\d{1,7}[smhdw])+$/.test(text))
    throw new CommandError(`${JSON.stringify(text)} is no length of time; write it like 30s, 10m, 2h, 1d or 1d12h.`, EXIT.usage);
  return [...text.matchAll(/(\d+)([smhdw])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}

/** Seconds as people say them: `2h 30m`. */
export function spoken(total: number): string {
  if (total <= 0) return "0s";
  const parts: string[] = [];
  let left = Math.round(total);
  for (const [unit, size] of Object.entries(UNITS).toReversed()) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(" ");
}
