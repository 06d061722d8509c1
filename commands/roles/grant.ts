import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class RolesGrant extends ChatCommand {
  static override summary = "Give a member a role.";
  static override description = "Nothing changes when they have it.";
  static override examples = ["<%= config.bin %> roles grant moderator alice"];
  static override args = {
    role: Args.string({ required: true, description: "Name or id of the role." }),
    user: Args.string({ required: true, description: "Name or id of the member." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RolesGrant);
    const { member } = await this.once(flags, "role.grant", args);
    this.log(`${member.user.name} now has: ${member.roles.join(", ") || "no roles"}.`);
    return member;
  }
}
