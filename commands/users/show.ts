import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { moment } from "../../src/cli/table.ts";

export default class UsersShow extends ChatCommand {
  static override summary = "Show an account and its place in the community.";
  static override examples = ["<%= config.bin %> users show alice"];
  static override args = { user: Args.string({ required: true, description: "Name or id of the account." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(UsersShow);
    const found = await this.once(flags, "user.show", { user: args.user });
    const { user, realm, createdAt, member, here, banned, timeoutUntil } = found;
    this.pairs([
      ["name", user.name],
      ["id", user.id],
      ["account", realm],
      ["since", moment(createdAt)],
      ["member", member ? "yes" : "no"],
      ["nickname", !member?.nickname || member.nickname === user.name ? "" : member.nickname],
      ["roles", member?.roles.join(", ") ?? ""],
      ["here", here ? "yes" : "no"],
      ["banned", banned ? "yes" : "no"],
      ["timeout", moment(timeoutUntil) ? `until ${moment(timeoutUntil)}` : "none"],
    ]);
    return found;
  }
}
