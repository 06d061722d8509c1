import type { Invite } from "../../src/domain/invites/invite.ts";
import { moment } from "../../src/cli/table.ts";
import { ChatCommand } from "../_command.ts";

export default class InviteList extends ChatCommand {
  static override summary = "List the invites, newest first.";
  static override examples = ["<%= config.bin %> invite list", "<%= config.bin %> invite list --json"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(InviteList);
    const { invites } = (await this.once(flags, "invite.list", {})) as { invites: Invite[] };
    this.rows(
      ["ID", "USED", "UNTIL", "ROLE", "BY", "NOTE"],
      invites.map(({ id, used, uses, expiresAt, role, createdBy, note, spent }) => [
        id,
        `${used} of ${uses ?? "any"}${spent ? " (spent)" : ""}`,
        expiresAt ? moment(expiresAt) : "for ever",
        role,
        createdBy,
        note,
      ]),
      "There are no invites.",
    );
    return invites;
  }
}
