import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "./_command.ts";

export default class Unban extends ChatCommand {
  static override summary = "Lift a ban.";
  static override description = "They may sign in again, with the roles they had. Nothing changes when they are not banned.";
  static override examples = ["<%= config.bin %> unban spammer"];
  static override args = { user: Args.string({ required: true, description: "Name or id of the account." }) };
  static override flags = { reason: Flags.string({ helpValue: "<text>", summary: "Why, for the log of acts." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Unban);
    const done = await this.once(flags, "member.unban", { user: args.user, ...(flags.reason && { reason: flags.reason }) });
    this.log(done.unbanned ? `${done.user.name} is not banned any more.` : `${done.user.name} was not banned.`);
    return done;
  }
}
