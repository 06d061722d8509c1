import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "./_command.ts";

export default class Kick extends ChatCommand {
  static override summary = "End all connections of a user, who may come back.";
  static override examples = ['<%= config.bin %> kick alice --reason "cool down"'];
  static override args = { user: Args.string({ required: true, description: "Name or id of the account." }) };
  static override flags = { reason: Flags.string({ helpValue: "<text>", summary: "Why; they are told." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Kick);
    const done = await this.once(flags, "member.kick", { user: args.user, ...(flags.reason && { reason: flags.reason }) });
    this.log(`${done.user.name} was ${done.here ? "shown out" : "not connected"}.`);
    return done;
  }
}
