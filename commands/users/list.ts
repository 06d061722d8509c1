import { Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

interface Listed {
  readonly user: { readonly name: string; readonly realm: string };
  readonly nickname: string | null;
  readonly roles: readonly string[];
  readonly status: { readonly status: string };
}

export default class UsersList extends ChatCommand {
  static override summary = "List the members, without those who are banned.";
  static override examples = ["<%= config.bin %> users list", "<%= config.bin %> users list --here --json"];
  static override flags = { here: Flags.boolean({ summary: "Only those who are connected." }) };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(UsersList);
    const { members } = (await this.once(flags, "user.list", { here: flags.here })) as { members: Listed[] };
    this.rows(
      ["NAME", "NICKNAME", "ACCOUNT", "ROLES", "STATUS"],
      members.map(({ user, nickname, roles, status }) => [
        user.name,
        nickname === user.name ? "" : nickname,
        user.realm,
        roles.join(", "),
        status.status,
      ]),
      flags.here ? "Nobody is here." : "There are no members.",
    );
    return members;
  }
}
