import { ChatCommand } from "../_command.ts";
import type { ShownRole } from "../../src/cli/role.ts";

export default class RolesList extends ChatCommand {
  static override summary = "List the roles, highest first.";
  static override examples = ["<%= config.bin %> roles list", "<%= config.bin %> roles list --json"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(RolesList);
    const { roles } = (await this.once(flags, "role.list", {})) as { roles: ShownRole[] };
    this.rows(
      ["NAME", "COLOUR", "APART", "SELF", "PERMISSIONS"],
      roles.map(({ name, color, hoisted, selfAssignable, permissions }) => [
        name,
        color,
        hoisted ? "yes" : "",
        selfAssignable ? "yes" : "",
        permissions.join(" "),
      ]),
      "There are no roles.",
    );
    return roles;
  }
}
