import { Command, Flags } from "@oclif/core";

import { type DataFolder, dataFolder } from "../src/config/data-folder.ts";
import { type Env, environment } from "../src/config/load.ts";

/**
 * What every command shares: where the data is, `--json`, and errors that `src/cli/report.ts` turns into a sentence and an exit code.
 * What `run` returns is what `--json` prints; what it logs is for people.
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

  protected folder(flags: { readonly data?: string | undefined; readonly socket?: string | undefined }): DataFolder {
    return dataFolder(this.env, flags);
  }

  protected override async catch(error: Error): Promise<never> {
    throw error;
  }
}
