import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class InviteRevoke extends ChatCommand {
  static override summary = "End an invite.";
  static override description = "Who came by it stays.";
  static override examples = ["<%= config.bin %> invite revoke 019aa0b2-6c1e-7d40-9d2c-5f0e8a7b1c33"];
  static override args = { id: Args.string({ required: true, description: "Its id, as the list shows it; not the code." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(InviteRevoke);
    const done = await this.once(flags, "invite.revoke", { id: args.id });
    this.log("The invite has ended.");
    return done;
  }
}
