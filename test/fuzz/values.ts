import type { Random } from "./random.ts";

const PATHS = [
  "../../etc/passwd",
  "..\\..\\boot.ini",
  "/dev/zero",
  "general/../secret",
  "%2e%2e%2f",
  "C:\\con",
  "a\0b",
  "file:///etc/hosts",
];
const WORDS = [
  "",
  " ",
  "\0",
  "\u001b[2J",
  "\u202Eevil",
  "\uFEFF",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e309",
  "' or 1=1 --",
  '"); drop table message; --',
  "*",
  "NEAR(a b)",
  '"unclosed',
  "a AND",
  "%_%",
  "<script>alert(1)</script>",
  "@everyone @here",
  "👨‍👩‍👧‍👦".repeat(5),
  "é".normalize("NFD"),
  "\ud800",
  "x\udfffy",
];
const NUMBERS = [0, -0, -1, 1, 0.5, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), Number.MIN_VALUE];

/** A value that somebody careless or malicious might send where another is expected. */
export function nasty(random: Random): unknown {
  switch (random.int(0, 12)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(NUMBERS);
    case 3:
      return random.pick(PATHS);
    case 4:
      return random.pick(WORDS);
    case 5:
      return random.text(random.int(0, 300));
    case 6:
      return [];
    case 7:
      return [nasty(random), nasty(random)];
    case 8:
      return {};
    case 9:
      return { [random.pick(["__proto__", "constructor", "id", "name", "toString", "length"])]: nasty(random) };
    case 10:
      return Array.from({ length: random.int(20, 2000) }, () => random.pick(WORDS));
    case 11:
      return JSON.parse(random.pick([nested, nestedObjects])(random.pick([3, 40, 3000])));
    default:
      return random.chance(0.1) ? "x".repeat(1_000_000) : "ß".repeat(random.int(100, 5000));
  }
}

/** Values nested in each other, as JSON text. */
export const nested = (depth: number, [open, close] = ["[", "]"]): string => open!.repeat(depth) + close!.repeat(depth);
/** Objects nested in each other, as JSON text. */
export const nestedObjects = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
