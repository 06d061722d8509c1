import { ChatCommand } from "../_command.ts";
import type { Room } from "./_room.ts";

export default class RoomsList extends ChatCommand {
  static override hiddenAliases = ["channels:list"];
  static override summary = "List the rooms in their order.";
  static override examples = ["<%= config.bin %> rooms list", "<%= config.bin %> rooms list --json | jq -r '.[].name'"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(RoomsList);
    const { channels } = (await this.once(flags, "channel.list", {})) as { channels: Room[] };
    this.rows(
      ["NAME", "TYPE", "VIEW", "WRITE", "KEPT", "DESCRIPTION"],
      channels.map(({ name, kind, rules, retention, description }) => [
        name,
        kind,
        rules["view"]?.join(", "),
        rules["send"]?.join(", "),
        retention,
        description,
      ]),
      "There are no rooms.",
    );
    return channels;
  }
}
