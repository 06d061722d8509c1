/**
 * Command line scripts (`test/cli/*.txt`). A script is a conversation with the binary in an empty folder:
 *
 *   # what it shows                   comments; the first one names the test
 *   write path/file.txt some content  makes a file (mode 0600) in the folder
 *   env NAME=value                    for all command lines that follow
 *   start --tls self                  runs `chat serve` on a free port with these flags and waits until it is ready
 *   end SIGTERM                       sends the server this signal and waits until it has ended; `exit` says with what
 *   with and without a server         everything below runs twice: on a running server, and on the data folder alone
 *   stdin some text                   standard input of the next command line
 *   $ chat config show "a b"          a command line
 *   text                              a line of its standard output
 *   ! text                            a line of its standard error
 *   exit 2                            its exit code; 0 when not said; `exit 0|10` where it hangs on the machine
 *
 * `<name>` stands for any text within a line and is bound on first sight: where it comes again it must be the same text;
 * a word of a command line that is such a name is replaced by it.
 * `<…>` alone on a line stands for any number of lines; within one, for any text.
 */
export interface Script {
  readonly title: string;
  readonly steps: readonly Step[];
}
export type Step =
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "env"; readonly name: string; readonly value: string }
  | { readonly kind: "start"; readonly words: readonly string[] }
  | { readonly kind: "end"; readonly line: number; readonly signal: NodeJS.Signals; exit: number }
  | { readonly kind: "both" }
  | Run;
export interface Run {
  readonly kind: "run";
  readonly line: number;
  readonly words: readonly string[];
  readonly stdin: string | undefined;
  readonly stdout: string[];
  readonly stderr: string[];
  exits: readonly number[];
}

/** @throws {SyntaxError} with the number of the line. */
export function parseScript(text: string): Script {
  const steps: Step[] = [];
  let title: string | undefined;
  let run: Run | undefined;
  let ended: Extract<Step, { kind: "end" }> | undefined;
  let stdin: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const wrong = (reason: string) => new SyntaxError(`line ${index + 1}: ${reason}`);
    if (line.startsWith("# ")) title ??= line.slice(2);
    else if (line.startsWith("write ")) {
      const [, path = "", content = ""] = /^write (\S+) (.*)$/.exec(line) ?? [];
      if (path === "" || path.startsWith("/") || path.includes(".."))
        throw wrong("write needs a path in the folder and a content");
      steps.push({ kind: "write", path, content });
      run = undefined;
    } else if (line.startsWith("env ")) {
      const [, name, value = ""] = /^env (\w+)=(.*)$/.exec(line) ?? [];
      if (name === undefined) throw wrong("env needs NAME=value");
      steps.push({ kind: "env", name, value });
      run = undefined;
    } else if (/^start( |$)/.test(line)) {
      steps.push({ kind: "start", words: words(line.slice("start".length)) });
      run = undefined;
    } else if (line === "with and without a server") {
      steps.push({ kind: "both" });
      run = undefined;
    } else if (/^end SIG[A-Z]+$/.test(line)) {
      ended = { kind: "end", line: index + 1, signal: line.slice("end ".length) as NodeJS.Signals, exit: 0 };
      steps.push(ended);
      run = undefined;
    } else if (line.startsWith("stdin ")) {
      stdin = line.slice("stdin ".length);
      run = undefined;
    } else if (line.startsWith("$ chat")) {
      const { length } = "$ chat";
      run = { kind: "run", line: index + 1, words: words(line.slice(length)), stdin, stdout: [], stderr: [], exits: [0] };
      ended = stdin = undefined;
      steps.push(run);
    } else if (/^exit \d+$/.test(line) && ended) {
      ended.exit = Number(line.slice(5));
    } else if (/^exit \d+(\|\d+)*$/.test(line)) {
      if (!run) throw wrong("exit without a command line");
      run.exits = line.slice(5).split("|").map(Number);
      run = undefined;
    } else if (run) {
      if (line === "!" || line.startsWith("! ")) run.stderr.push(line.slice(2));
      else run.stdout.push(line);
    } else if (line !== "") throw wrong("text that belongs to no command line");
  }
  if (title === undefined) throw new SyntaxError("line 1: a script begins with # and what it shows");
  return { title, steps };
}

const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

/** Compares output with its pattern; returns the first difference in words. Blank lines at the end do not count. */
export function difference(pattern: readonly string[], output: string, bound: Map<string, string>): string | undefined {
  const wanted = trimEnd(pattern);
  const got = trimEnd(output.split("\n").map((line) => line.trimEnd()));
  const match = (at: number, from: number): string | undefined => {
    const line = wanted[at];
    if (line === undefined) return from === got.length ? undefined : `unexpected line: ${got[from]}`;
    if (line === "<…>") {
      const last = wanted.slice(at + 1).every((rest) => rest === "<…>");
      if (last) return undefined;
      for (let next = from; next <= got.length; next++) {
        const before = new Map(bound);
        if (match(at + 1, next) === undefined) return undefined;
        bound.clear();
        for (const [name, value] of before) bound.set(name, value);
      }
      return `nothing matches after <…>: ${wanted[at + 1]}`;
    }
    if (from >= got.length) return `missing line: ${line}`;
    return lineDifference(line, got[from]!, bound) ?? match(at + 1, from + 1);
  };
  return match(0, 0);
}

function lineDifference(pattern: string, line: string, bound: Map<string, string>): string | undefined {
  const names: string[] = [];
  const source = pattern
    .trimEnd()
    .split(/(<[\w…-]+>)/)
    .map((part) => {
      if (!/^<[\w…-]+>$/.test(part)) return RegExp.escape(part);
      if (part === "<…>") return ".*";
      const known = bound.get(part);
      if (known !== undefined) return RegExp.escape(known);
      names.push(part);
      return "(.+?)";
    });
  const found = new RegExp(`^${source.join("")}$`, "u").exec(line);
  if (!found) return `wanted ${JSON.stringify(pattern)}, got ${JSON.stringify(line)}`;
  for (const [index, name] of names.entries()) bound.set(name, found[index + 1]!);
  return undefined;
}

function trimEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line !== "");
  return lines.slice(0, last + 1);
}
