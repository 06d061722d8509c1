import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class RoomsRemove extends ChatCommand {
  static override hiddenAliases = ["channels:remove"];
  static override summary = "Remove a room and all its messages.";
  static override description = "In a terminal it asks first, unless --yes is given.";
  static override examples = ["<%= config.bin %> rooms remove music", "<%= config.bin %> rooms remove music --yes"];
  static override args = { room: Args.string({ required: true, description: "Name or id of the room." }) };
  static override flags = { yes: Flags.boolean({ char: "y", summary: "Do not ask." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RoomsRemove);
    await using backend = await this.backend(flags);
    const { channel } = await backend.call("channel.show", { channel: args.room });
    this.sure(`Remove the room ${channel.name} and all its messages?`, flags.yes);
    const removed = await backend.call("channel.delete", { channel: channel.id });
    this.log(`Removed the room ${removed.name}.`);
    return removed;
  }
}
