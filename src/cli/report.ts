import { Errors } from "@oclif/core";

import { Refusal, type RefusalCode } from "../kernel/refusal.ts";
import { CommandError, EXIT, type Exit } from "./exit.ts";
import { refusalSentence } from "./sentences.ts";

/** What a command ends with when it throws. */
export interface Report {
  readonly exit: number;
  /** Stable word for scripts: the name of the exit code, or the refusal's own code. */
  readonly code: string;
  readonly message: string;
  /** A refused operation's own key. */
  readonly reason?: string | undefined;
  /** For what nobody expected. */
  readonly stack?: string | undefined;
}

/** A refused operation as an exit code. */
const REFUSED = {
  "invalid-input": EXIT.usage,
  "too-large": EXIT.usage,
  "not-found": EXIT.notFound,
  "not-signed-in": EXIT.refused,
  forbidden: EXIT.refused,
  "too-fast": EXIT.refused,
  conflict: EXIT.conflict,
  unavailable: EXIT.unreachable,
} as const satisfies Record<RefusalCode, Exit>;
/** Errors whose message is a sentence for the person at the terminal. */
const SENTENCES = new Set([
  "ConfigError",
  "FolderError",
  "FolderLocked",
  "DatabaseUnusable",
  "DatabaseTooNew",
  "ListenError",
  "CertificateError",
  "BackupError",
  "RangeError",
  "ServerFailed",
  "NotOriginChats",
  "ExportRefused",
]);

/** Undefined when the error is only oclif's way to leave (`this.exit()`) with success. */
export function report(error: unknown): Report | undefined {
  if (error instanceof Errors.ExitError) {
    const exit = error.oclif.exit ?? 0;
    return exit === 0 ? undefined : { exit, code: codeName(exit), message: "" };
  }
  if (error instanceof CommandError) return { exit: error.exit, code: codeName(error.exit), message: error.message };
  if (error instanceof Errors.CLIError) {
    const exit = error.oclif.exit ?? EXIT.usage;
    return { exit, code: codeName(exit), message: error.message };
  }
  if (!(error instanceof Error)) return { exit: EXIT.failed, code: "failed", message: String(error) };
  if (error instanceof Refusal)
    return { exit: REFUSED[error.code], code: error.code, reason: error.reason, message: refusalSentence(error) };
  if (error.name === "Unreachable" || error.name === "NobodyThere")
    return { exit: EXIT.unreachable, code: codeName(EXIT.unreachable), message: error.message };
  if (error.name === "NotOurs") return { exit: EXIT.refused, code: codeName(EXIT.refused), message: error.message };
  const stack = SENTENCES.has(error.name) ? undefined : error.stack;
  return { exit: EXIT.failed, code: "failed", message: error.message, stack };
}

/** `notFound` → `not-found`. */
const codeName = (exit: number): string =>
  (Object.entries(EXIT).find(([, value]) => value === exit)?.[0] ?? "failed").replaceAll(
    /[A-Z]/g,
    (letter) => `-${letter.toLowerCase()}`,
  );

/** The report as it is written to standard error. */
export function reportText({ code, reason, message, stack }: Report, json: boolean): string {
  if (json) return `${JSON.stringify({ error: { code, reason, message } })}\n`;
  if (message === "") return "";
  return `${stack ?? message.replaceAll(/^/gm, "chat: ")}\n`;
}

/** Says what went wrong and sets the exit code. */
export function fail(error: unknown, argv: readonly string[]): void {
  const found = report(error);
  process.exitCode = found?.exit ?? EXIT.done;
  if (found) process.stderr.write(reportText(found, wantsJson(argv)));
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes("--json");
}
