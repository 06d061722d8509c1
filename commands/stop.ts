import { CommandError, EXIT } from "../src/cli/exit.ts";
import { ChatCommand } from "./_command.ts";

const PATIENCE_MS = 12_000;
const BETWEEN_LOOKS_MS = 50;

export default class Stop extends ChatCommand {
  static override summary = "End the server in order, and wait until it has.";
  static override description =
    "Everybody is answered and told, at most ten seconds long. Ends with 6 when no server is running.";
  static override examples = ["<%= config.bin %> stop", "<%= config.bin %> stop --data /srv/chat"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Stop);
    const { FolderLocked, lockDataFolder } = await import("../src/config/data-folder.ts");
    const server = await this.server(flags);
    const { pid, data } = await server.status();
    await server.stop();
    for (let left = PATIENCE_MS; left > 0; left -= BETWEEN_LOOKS_MS) {
      await Bun.sleep(BETWEEN_LOOKS_MS);
      try {
        lockDataFolder({ path: data })[Symbol.dispose]();
        this.log(`The server (pid ${pid}) has ended.`);
        return { stopped: true, pid };
      } catch (error) {
        if (!(error instanceof FolderLocked)) throw error;
      }
    }
    throw new CommandError(`The server (pid ${pid}) has not ended after ${PATIENCE_MS / 1000} s. End that process.`, EXIT.failed);
  }
}
