/** What is counted, in the order in which it is reported. */
export const KINDS = [
  "roles",
  "users",
  "bans",
  "channels",
  "threads",
  "messages",
  "reactions",
  "attachments",
  "polls",
  "votes",
  "read marks",
  "webhooks",
  "emoji",
  "push subscriptions",
  "modlog entries",
  "settings",
] as const;
export type Kind = (typeof KINDS)[number];

/** Everything read is written, was there already, or is skipped; what was mended is among the written. */
export interface Counts {
  read: number;
  written: number;
  present: number;
  skipped: number;
  repaired: number;
}

/** Something that was not as it should be in the source, and what was done about it. */
export interface Finding {
  /** Relative to the folder that was read. */
  readonly file: string;
  readonly line?: number;
  readonly what: string;
  readonly done: string;
}

export interface ImportReport {
  readonly era: "json" | "sqlite";
  readonly dryRun: boolean;
  readonly counts: Readonly<Record<Kind, Counts>>;
  /** The first of each kind; `findingsBeyond` more are only counted. */
  readonly findings: readonly Finding[];
  readonly findingsBeyond: number;
  /** What the operator should look at or do now. */
  readonly advice: readonly string[];
  /** Settings of the old server that differ from this one's, by key path. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const MOST_FINDINGS = 2000;
/** Of one sort in one file: a file that is broken throughout should not hide the others. */
const MOST_ALIKE = 100;

/** Gathers the report while the import goes on. */
export class Tally {
  readonly counts = Object.fromEntries(
    KINDS.map((kind) => [kind, { read: 0, written: 0, present: 0, skipped: 0, repaired: 0 }]),
  ) as Record<Kind, Counts>;
  readonly findings: Finding[] = [];
  readonly advice: string[] = [];
  beyond = 0;
  readonly #alike = new Map<string, number>();

  count(kind: Kind, how: keyof Counts, by = 1): void {
    this.counts[kind][how] += by;
  }
  find(file: string, line: number | undefined, what: string, done: string): void {
    const sort = `${file}\0${done}`;
    const alike = (this.#alike.get(sort) ?? 0) + 1;
    if (this.#alike.size < MOST_FINDINGS) this.#alike.set(sort, alike);
    if (alike > MOST_ALIKE || this.findings.length >= MOST_FINDINGS) this.beyond++;
    else this.findings.push({ file, ...(line !== undefined && { line }), what, done });
  }
  skip(kind: Kind, file: string, line: number | undefined, what: string): void {
    this.count(kind, "skipped");
    this.find(file, line, what, "left out");
  }
  repair(kind: Kind, file: string, line: number | undefined, what: string, done: string): void {
    this.count(kind, "repaired");
    this.find(file, line, what, done);
  }
}
