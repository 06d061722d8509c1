import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { roleChanges, roleFlags } from "../../src/cli/role.ts";
import { Refusal } from "../../src/kernel/refusal.ts";

export default class RolesAdd extends ChatCommand {
  static override summary = "Make a role; it stands lowest.";
  static override description =
    "Ends with 5 when there is one of that name; with --if-missing that is fine, and nothing is changed.";
  static override examples = [
    "<%= config.bin %> roles add helper --color '#00aa88' --permission manage_messages --permission kick_members",
    "<%= config.bin %> roles add gamer --self-assignable --if-missing",
  ];
  static override args = { name: Args.string({ required: true, description: "Name of the role." }) };
  static override flags = {
    ...roleFlags,
    "if-missing": Flags.boolean({ summary: "Do nothing when there is a role of that name." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RolesAdd);
    await using backend = await this.backend(flags);
    try {
      const { role } = await backend.call("role.create", { name: args.name, ...roleChanges(flags) });
      this.log(`Made the role ${role.name}.`);
      return { created: true, role };
    } catch (why) {
      if (!flags["if-missing"] || !(why instanceof Refusal) || why.reason !== "role.name-taken") throw why;
      const { role } = await backend.call("role.show", { role: args.name });
      this.log(`There is a role ${role.name} already.`);
      return { created: false, role };
    }
  }
}
