/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  conflict: 5,
  unreachable: 6,
  warnings: 10,
} as const;
/** What each says, for help and manual. */
export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  [EXIT.done]: "done",
  [EXIT.failed]: "failed",
  [EXIT.usage]: "wrong usage",
  [EXIT.notFound]: "not found",
  [EXIT.refused]: "refused",
  [EXIT.conflict]: "conflict",
  [EXIT.unreachable]: "server unreachable",
  [EXIT.warnings]: "done, with warnings",
};
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a sentence on standard error and a code that means something. */
export class CommandError extends Error {
  override name = "CommandError";
  constructor(
    message: string,
    readonly exit: Exit = EXIT.failed,
  ) {
    super(message);
  }
}

/** Ends the command when nothing was said that could be done. */
export function refuseNothing(changes: object, flags: string): void {
  if (Object.keys(changes).length === 0) throw new CommandError(`Nothing to change: give ${flags}.`, EXIT.usage);
}
