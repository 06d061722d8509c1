import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class UsersRemove extends ChatCommand {
  static override summary = "Delete an account for good.";
  static override description =
    "What they wrote stays, under their name with the mark (removed). To shut somebody out, ban them instead. In a terminal it asks first, unless --yes is given.";
  static override examples = ["<%= config.bin %> users remove alice", "<%= config.bin %> users remove alice --yes"];
  static override args = { user: Args.string({ required: true, description: "Name or id of the account." }) };
  static override flags = { yes: Flags.boolean({ char: "y", summary: "Do not ask." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(UsersRemove);
    await using backend = await this.backend(flags);
    const { user } = await backend.call("user.show", { user: args.user });
    this.sure(`Delete the account ${user.name} for good?`, flags.yes);
    await backend.call("user.remove", { user: user.id });
    this.log(`Deleted the account ${user.name}.`);
    return user;
  }
}
