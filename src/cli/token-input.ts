import { closeSync, openSync, readSync } from "node:fs";

import { CommandError, EXIT } from "./exit.ts";

/** Of a file or of standard input; far more than a secret or a token has. */
const LARGEST = 65_536;
const LONGEST_SECRET = 1000;

/** A secret from a file or from standard input; undefined when the command brings none. Never from an argument, where others can read it. */
export async function givenSecret(flags: {
  readonly "secret-file"?: string | undefined;
  readonly "secret-stdin"?: boolean | undefined;
}): Promise<string | undefined> {
  const file = flags["secret-file"];
  if (file === undefined && !flags["secret-stdin"]) return undefined;
  const [secret, where] =
    file === undefined ? [await fromStandardInput("The secret"), "on standard input"] : [fromFile(file, "secret"), `in ${file}`];
  if (secret === "") throw new CommandError(`There is no secret ${where}.`, EXIT.usage);
  if (secret.length > LONGEST_SECRET)
    throw new CommandError(`The secret ${where} is longer than ${LONGEST_SECRET} characters.`, EXIT.usage);
  return secret;
}

/** A token from a file or from standard input. */
export async function givenToken(file: string | undefined): Promise<string> {
  return (file === undefined ? await fromStandardInput("The token") : fromFile(file, "token")).trim();
}

/** Without the line feed at the end. */
function fromFile(file: string, what: string): string {
  const bytes = new Uint8Array(LARGEST);
  try {
    const open = openSync(file, "r");
    try {
      return trimmed(bytes.subarray(0, readSync(open, bytes)));
    } finally {
      closeSync(open);
    }
  } catch (error) {
    throw new CommandError(`The ${what} file ${file} cannot be read: ${(error as Error).message}.`);
  }
}

async function fromStandardInput(what: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(`${what} is read from here; end it with Ctrl-D.\n`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of Bun.stdin.stream()) {
    pieces.push(piece);
    if ((length += piece.length) > LARGEST) throw new CommandError(`${what} on standard input is too long.`, EXIT.usage);
  }
  return trimmed(Buffer.concat(pieces));
}

const trimmed = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("utf8")
    .replace(/\r?\n$/, "");
