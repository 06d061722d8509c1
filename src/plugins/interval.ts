const UNIT = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30s`, `5m`, `1h`, `1d` in milliseconds; from one second to thirty days. */
export function milliseconds(interval: string): number {
  const [, count, unit] = /^(\d{1,6})(ms|s|m|h|d)$/.exec(interval) ?? [];
  const ms = unit === "ms" ? Number(count) : Number(count) * UNIT[unit as keyof typeof UNIT];
  if (!(ms >= 1000 && ms <= 30 * UNIT.d)) throw new RangeError(`"${interval}" is not an interval from 1s to 30d`);
  return ms;
}
