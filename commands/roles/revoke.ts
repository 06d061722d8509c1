import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class RolesRevoke extends ChatCommand {
  static override summary = "Take a role from a member.";
  static override description = "Nothing changes when they do not have it.";
  static override examples = ["<%= config.bin %> roles revoke moderator alice"];
  static override args = {
    role: Args.string({ required: true, description: "Name or id of the role." }),
    user: Args.string({ required: true, description: "Name or id of the member." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RolesRevoke);
    const { member } = await this.once(flags, "role.revoke", args);
    this.log(`${member.user.name} now has: ${member.roles.join(", ") || "no roles"}.`);
    return member;
  }
}
