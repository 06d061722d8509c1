import { ChatCommand } from "./_command.ts";
import { moment } from "../src/cli/table.ts";

interface Ban {
  readonly user: { readonly name: string };
  readonly reason: string | null;
  readonly by: string;
  readonly at: number;
  readonly until: number | null;
}

export default class Bans extends ChatCommand {
  static override summary = "List who is banned, newest first.";
  static override examples = ["<%= config.bin %> bans", "<%= config.bin %> bans --json"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Bans);
    const { bans } = (await this.once(flags, "ban.list", {})) as { bans: Ban[] };
    this.rows(
      ["NAME", "SINCE", "UNTIL", "BY", "REASON"],
      bans.map(({ user, at, until, by, reason }) => [user.name, moment(at), until ? moment(until) : "for ever", by, reason]),
      "Nobody is banned.",
    );
    return bans;
  }
}
