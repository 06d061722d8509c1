import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class RolesRemove extends ChatCommand {
  static override summary = "Delete a role, and take it from everybody.";
  static override description = "In a terminal it asks first, unless --yes is given.";
  static override examples = ["<%= config.bin %> roles remove helper", "<%= config.bin %> roles remove helper --yes"];
  static override args = { role: Args.string({ required: true, description: "Name or id of the role." }) };
  static override flags = { yes: Flags.boolean({ char: "y", summary: "Do not ask." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RolesRemove);
    await using backend = await this.backend(flags);
    const { role } = await backend.call("role.show", { role: args.role });
    this.sure(`Delete the role ${role.name}?`, flags.yes);
    await backend.call("role.delete", { role: role.id });
    this.log(`Deleted the role ${role.name}.`);
    return role;
  }
}
