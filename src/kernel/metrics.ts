/** `counter`: only grows. `gauge`: what is so now. `histogram`: how long things took, in seconds. */
export type MetricKind = "counter" | "gauge" | "histogram";

export interface MetricDeclaration {
  readonly kind: MetricKind;
  /** One sentence for whoever reads the figures. */
  readonly help: string;
  /** The one label its values are told apart by; it has few values and never the name of a user. */
  readonly label?: string;
}

/** Upper bounds of the histograms' buckets, in seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Observations kept for quantiles: the newest. */
const KEPT = 1024;

interface Histogram {
  readonly buckets: number[];
  readonly newest: number[];
  sum: number;
  count: number;
}

/** Figures about this process, by the names of one declared table. */
export class Metrics<Table extends Readonly<Record<string, MetricDeclaration>>> {
  readonly #values = new Map<string, Map<string, number>>();
  readonly #histograms = new Map<string, Histogram>();

  constructor(readonly table: Table) {
    for (const name in table)
      if (table[name]!.kind === "histogram")
        this.#histograms.set(name, { buckets: BUCKETS.map(() => 0), newest: [], sum: 0, count: 0 });
      else this.#values.set(name, new Map());
  }

  count(name: keyof Table & string, by = 1, label = ""): void {
    const values = this.#values.get(name)!;
    values.set(label, (values.get(label) ?? 0) + by);
  }
  set(name: keyof Table & string, value: number, label = ""): void {
    this.#values.get(name)!.set(label, value);
  }
  /** @param seconds how long it took. */
  observe(name: keyof Table & string, seconds: number): void {
    const histogram = this.#histograms.get(name)!;
    histogram.newest[histogram.count % KEPT] = seconds;
    histogram.count += 1;
    histogram.sum += seconds;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) histogram.buckets[bucket]! += 1;
  }

  /** All labels together; 0 before anything was counted or set. */
  value(name: keyof Table & string): number {
    let sum = 0;
    for (const value of this.#values.get(name)!.values()) sum += value;
    return sum;
  }
  /** Of the newest observations, in seconds; undefined before the first. */
  quantile(name: keyof Table & string, part: number): number | undefined {
    const sorted = this.#histograms.get(name)!.newest.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  }

  /** Prometheus' text format 0.0.4. */
  text(): string {
    const lines: string[] = [];
    for (const [name, { kind, help, label }] of Object.entries(this.table)) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
      if (kind === "histogram") lines.push(...this.#histogramLines(name));
      else if (!label) lines.push(`${name} ${this.value(name)}`);
      else for (const [value, number] of this.#values.get(name)!) lines.push(`${name}{${label}="${value}"} ${number}`);
    }
    return `${lines.join("\n")}\n`;
  }

  #histogramLines(name: string): string[] {
    const { buckets, sum, count } = this.#histograms.get(name)!;
    let below = 0;
    const lines = BUCKETS.map((bound, index) => `${name}_bucket{le="${bound}"} ${(below += buckets[index]!)}`);
    return [...lines, `${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`];
  }
}
