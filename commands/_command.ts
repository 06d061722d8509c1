import { Command, Flags } from "@oclif/core";

import type { Backend } from "../src/admin/backend.ts";
import { CommandError, EXIT } from "../src/cli/exit.ts";
import { systemUser } from "../src/cli/system-user.ts";
import { plain, table } from "../src/cli/table.ts";
import { usageSentence } from "../src/cli/usage-sentence.ts";
import { type DataFolder, dataFolder } from "../src/config/data-folder.ts";
import { type Env, environment } from "../src/config/load.ts";
import type { ControlClient } from "../src/admin/control-client.ts";

interface PlaceFlags {
  readonly data?: string | undefined;
  readonly socket?: string | undefined;
}

/**
 * What every command shares: where the data is, `--json`, and errors that `src/cli/report.ts` turns into a sentence and an exit code.
 * What `run` returns is what `--json` prints; what it logs is for people. A command that prints as it goes returns nothing.
 */
export abstract class ChatCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    data: Flags.string({
      helpGroup: "GLOBAL",
      helpValue: "<folder>",
      summary: "The data folder (else CHAT_DATA, else the user's own).",
    }),
    socket: Flags.string({ helpGroup: "GLOBAL", helpValue: "<path>", summary: "The control socket of the running server." }),
  };

  protected readonly env: Env = environment();

  protected folder(flags: PlaceFlags): DataFolder {
    return dataFolder(this.env, flags);
  }

  /** Where operations are carried out: the running server, else the data folder itself. */
  protected async backend(flags: PlaceFlags): Promise<Backend> {
    const [{ openBackend }, { createLog }, { systemClock }] = await Promise.all([
      import("../src/admin/backend.ts"),
      import("../src/kernel/log.ts"),
      import("../src/kernel/clock.ts"),
    ]);
    const write = (line: string) => void process.stderr.write(line);
    const log = createLog({ level: "warn", format: "pretty", write, now: systemClock });
    return openBackend({
      folder: this.folder(flags),
      env: this.env,
      configFile: this.env["CHAT_CONFIG"],
      user: this.systemUser(),
      log,
    });
  }

  /** One operation, and nothing left open. */
  protected async once(flags: PlaceFlags, operation: string, input: unknown): Promise<any> {
    await using backend = await this.backend(flags);
    return await backend.call(operation, input);
  }

  /** The running server. Ends the command with 6 when there is none. */
  protected async server(flags: PlaceFlags): Promise<ControlClient> {
    const { findServer } = await import("../src/admin/backend.ts");
    const folder = this.folder(flags);
    const server = await findServer(folder, this.systemUser());
    const where = flags.socket ?? `${folder.path}. Name the folder of another with --data or CHAT_DATA`;
    if (!server) throw new CommandError(`No server is running on ${where}.`, EXIT.unreachable);
    return server;
  }

  /** Who is named in the log of acts. */
  protected systemUser(): string {
    return systemUser(this.env);
  }

  /** Ends what takes long in order on Ctrl-C or SIGTERM; a second one ends the program. */
  protected interrupted(): AbortSignal {
    const ending = new AbortController();
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort());
    return ending.signal;
  }

  /** Rows under headings, or a sentence where there are none. */
  protected rows(headings: readonly string[], rows: readonly (readonly unknown[])[], none: string): void {
    if (rows.length === 0) this.log(none);
    for (const line of table(headings, rows)) this.log(line);
  }

  /** A name and its value on each line. */
  protected pairs(pairs: readonly (readonly [string, string])[]): void {
    const width = Math.max(...pairs.map(([name]) => name.length)) + 2;
    for (const [name, value] of pairs) this.log(`${`${name}:`.padEnd(width)}${plain(value)}`.trimEnd());
  }

  /** Asks the person at the terminal; a script has meant what it says. */
  protected sure(question: string, yes: boolean): void {
    if (yes || this.jsonEnabled() || !process.stdin.isTTY || !process.stdout.isTTY) return;
    if (!confirm(question)) throw new CommandError("Nothing was done.", EXIT.failed);
  }

  /** A line of a command that prints as it goes, with `--json` or without. */
  protected line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  protected override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json);
  }

  protected override async catch(error: Error): Promise<never> {
    if (!("parse" in error || "showHelp" in error || error.message.startsWith("Parsing --"))) throw error;
    const { bin } = this.config;
    const shared = this.ctor.enableJsonFlag ? ["json"] : [];
    const flags = [...shared, ...Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags })];
    throw new CommandError(usageSentence(error, `${bin} ${this.id?.replaceAll(":", " ")}`, flags), EXIT.usage);
  }
}
