/** Importance of a line, least first. */
const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

export type Fields = Readonly<Record<string, unknown>>;

/**
 * The structured log: one line an event, `noun.participle`, with fields beside it.
 * Message bodies and secrets have no place in it; what looks like one is left out by its name.
 */
export interface Log {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** The same log with fields that every line gets. */
  with(fields: Fields): Log;
}

/** A line for whoever looks on: `text` is its fields, as pretty lines have them. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: Level;
  readonly event: string;
  readonly text: string;
}

export interface LogOptions {
  /** Read for every line, so that it may change. */
  readonly level: Level;
  readonly format: "json" | "pretty";
  /** Takes one line, with its line feed. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Pretty lines with colours. */
  readonly colour?: boolean;
  /** Hears of every line that is written. */
  readonly hear?: (entry: LogEntry) => void;
}

/** A log that formats and hands on what is at least as important as `level`. */
export function createLog(options: LogOptions, fields: Fields = {}): Log {
  const at = (level: Level) => (event: string, more?: Fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level)) return;
    const safe = publicFields({ ...fields, ...more });
    options.hear?.({ at: options.now(), level, event, text: prettyFields(safe).slice(0, LONGEST_HEARD) });
    options.write(
      `${options.format === "json" ? jsonLine(options, level, event, safe) : prettyLine(options, level, event, safe)}\n`,
    );
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (more) => createLog(options, { ...fields, ...more }),
  };
}

/** What `log.format: auto` means for an output. */
export const logFormat = (format: "auto" | "json" | "pretty", terminal: boolean): "json" | "pretty" =>
  format === "auto" ? (terminal ? "pretty" : "json") : format;

const jsonLine = ({ now }: LogOptions, level: Level, event: string, fields: Fields): string =>
  JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields });

const COLOURS: Readonly<Record<Level, string>> = {
  debug: "\u001B[2m",
  info: "\u001B[32m",
  warn: "\u001B[33m",
  error: "\u001B[31m",
};

function prettyLine({ now, colour }: LogOptions, level: Level, event: string, fields: Fields): string {
  const time = new Date(now()).toISOString().slice(11, 23);
  const label = level.toUpperCase().padEnd(5);
  return `${time} ${colour ? `${COLOURS[level]}${label}\u001B[0m` : label} ${event} ${prettyFields(fields)}`.trimEnd();
}

const prettyFields = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${prettyValue(value)}`)
    .join(" ");

/** Quoted unless plain, so that a value can neither break the line nor reach the terminal as a control sequence. */
const prettyValue = (value: unknown): string =>
  typeof value === "string" && /^[\p{L}\p{N}_.:/@%+,-]+$/u.test(value) ? value : (JSON.stringify(value) ?? "undefined");

const SECRET = /pass(word|wd|phrase)?$|token|secret|validator|authorization|cookie|credential|private_?key|api_?key/i;
const BODY = /^(content|body|text|message_?text)$/i;
const LONGEST_TEXT = 2000;
/** Characters of the fields that those who look on get. */
const LONGEST_HEARD = 500;
const MOST_ITEMS = 50;
const DEEPEST = 4;

const publicFields = (fields: Fields): Fields => publicValue(fields, 0) as Fields;

function publicValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return publicText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return String(value).slice(0, 80);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return "[deeper]";
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return publicValue({ name, message, stack, ...(cause === undefined ? {} : { cause }) }, depth);
  }
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => publicValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_ITEMS)
      .map(([name, inner]) => [name, hidden(name, inner) ? "[hidden]" : publicValue(inner, depth + 1)]),
  );
}

const hidden = (name: string, value: unknown): boolean => (SECRET.test(name) || BODY.test(name)) && typeof value !== "number";

/** Bounded, and without the password of an address in it. */
const publicText = (text: string): string =>
  (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text).replaceAll(
    /(\w:\/\/[^\s:/@]*):[^\s/@]+@/g,
    "$1:[hidden]@",
  );
