import { CommandError, EXIT } from "./exit.ts";

/** What was typed or piped, without the line feed at its end. */
export async function fromStandardInput(what: string): Promise<string> {
  if (process.stdin.isTTY)
    throw new CommandError(`${what} is missing: give it as an argument, or on standard input.`, EXIT.usage);
  return (await Bun.stdin.text()).replace(/\r?\n$/, "");
}

/**
 * A password from a file, from standard input, or typed without being shown: twice where it is `chosen`, so that a slip is noticed.
 * Never from an argument, where others can read it.
 */
export async function password(file: string | undefined, chosen = true): Promise<string> {
  if (file !== undefined) {
    try {
      return (await Bun.file(file).text()).replace(/\r?\n$/, "");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "permission denied" : message;
      throw new CommandError(`The password file ${file} cannot be read: ${why}.`);
    }
  }
  if (!process.stdin.isTTY) {
    const piped = await fromStandardInput("The password");
    if (piped === "") throw new CommandError("There is no password on standard input.", EXIT.usage);
    return piped;
  }
  const first = await typedUnseen("Password: ");
  if (chosen && (await typedUnseen("Again: ")) !== first) throw new CommandError("The two passwords differ.", EXIT.usage);
  return first;
}

function typedUnseen(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  // Before the question: who answers at once is not shown either.
  stdin.setRawMode(true);
  stderr.write(prompt);
  stdin.resume();
  stdin.setEncoding("utf8");
  return new Promise((done, failed) => {
    let typed = "";
    const end = () => {
      stdin.off("data", hear);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    };
    const hear = (text: string) => {
      for (const key of text) {
        if (key === "\r" || key === "\n") {
          end();
          return done(typed);
        }
        if (key === "\u0003" || key === "\u0004") {
          end();
          return failed(new CommandError("Nothing was done.", EXIT.failed));
        }
        if (key === "\u007F" || key === "\b") typed = [...typed].slice(0, -1).join("");
        else typed += key;
      }
    };
    stdin.on("data", hear);
  });
}
