import { spoken } from "../src/cli/duration.ts";
import { ChatCommand } from "./_command.ts";

export default class StatusCommand extends ChatCommand {
  static override summary = "Tell whether the server runs, and how it is.";
  static override description = "Ends with 6 when no server is running on this data folder.";
  static override examples = ["<%= config.bin %> status", "<%= config.bin %> status --json | jq .stats.residentBytes"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(StatusCommand);
    const status = await (await this.server(flags)).status();
    const { stats } = status;
    const ms = (value: number | null) => (value === null ? "–" : `${value} ms`);
    const sessions = Object.entries(stats.sessions).map(([wire, count]) => `${count} ${wire}`);
    this.pairs([
      ["running", `chat ${status.version}, pid ${status.pid}, for ${spoken(stats.uptimeSeconds)}`],
      ["community", status.community],
      ["listening", status.urls.join(", ") || "nowhere"],
      ["calls", status.voice ? `relayed by UDP ${status.voice.port} on ${status.voice.host}` : "not relayed"],
      ["data", `${status.data} (${status.database})`],
      ["connections", `${stats.connections}, signed in: ${sessions.join(", ")}`],
      ["messages", `${stats.messages.total} since the start`],
      ["answered in", `${ms(stats.acknowledgement.p50)} (median), ${ms(stats.acknowledgement.p99)} (99 of 100)`],
      ["on disk in", `${ms(stats.commit.p50)} (median), ${ms(stats.commit.p99)} (99 of 100)`],
      ["memory", `${Math.round(stats.residentBytes / 1_000_000)} MB`],
    ]);
    return status;
  }
}
