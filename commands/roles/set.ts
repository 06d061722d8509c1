import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { roleChanges, roleFlags } from "../../src/cli/role.ts";
import { refuseNothing } from "../../src/cli/exit.ts";

export default class RolesSet extends ChatCommand {
  static override summary = "Change a role.";
  static override description = "What no flag names stays as it is.";
  static override examples = [
    "<%= config.bin %> roles set helper --name guide --color ''",
    "<%= config.bin %> roles set helper --position 2 --hoisted",
  ];
  static override args = { role: Args.string({ required: true, description: "Name or id of the role." }) };
  static override flags = {
    name: Flags.string({ helpValue: "<name>", summary: "Another name; the rooms' rights follow." }),
    position: Flags.integer({ min: 0, helpValue: "<number>", summary: "Place in the order; 0 is the highest." }),
    ...roleFlags,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RolesSet);
    const changes = {
      ...(flags.name && { name: flags.name }),
      ...(flags.position !== undefined && { position: flags.position }),
      ...roleChanges(flags),
    };
    refuseNothing(changes, "--name, --position, --description, --color, --hoisted, --self-assignable or --permission");
    const { role } = await this.once(flags, "role.update", { role: args.role, ...changes });
    this.log(`Changed the role ${role.name}.`);
    return role;
  }
}
