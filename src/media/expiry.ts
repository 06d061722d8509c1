/** What of `settings.attachments` decides how long a file is kept. Days. */
export interface ExpirySettings {
  readonly permanent_tiers: readonly string[];
  readonly permanent_expiration_days: number;
  readonly free_tier_max_expiration_days: number;
}
export interface Lifetime {
  /** ms after the upload. */
  readonly ms: number;
  /** Kept long because of the uploader's subscription. */
  readonly permanent: boolean;
}

const MIB = 1024 * 1024;
const DAY = 86_400_000;

/** Days by size: the larger, the shorter (reference/originchats.md §5.9). */
export function daysFor(bytes: number): number {
  const size = bytes / MIB;
  if (size <= 5) return 49;
  if (size <= 25) return 7 + (25 - size) * 2.1;
  return size < 100 ? 7 - (size - 25) * 0.08 : 1;
}

/** How long a file of that size is kept. `tier` is the uploader's subscription; `wishedDays` can only shorten it. */
export function lifetimeOf(
  { bytes, tier, wishedDays }: { readonly bytes: number; readonly tier?: string; readonly wishedDays?: number },
  settings: ExpirySettings,
): Lifetime {
  const permanent = tier !== undefined && settings.permanent_tiers.includes(tier);
  const allowed = permanent
    ? settings.permanent_expiration_days
    : Math.min(daysFor(bytes), settings.free_tier_max_expiration_days);
  const wished = wishedDays !== undefined && wishedDays > 0 ? wishedDays : Number.POSITIVE_INFINITY;
  return { ms: Math.round(Math.min(allowed, wished) * DAY), permanent };
}
