import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { roomLines } from "./_room.ts";

export default class RoomsShow extends ChatCommand {
  static override hiddenAliases = ["channels:show"];
  static override summary = "Show a room with its settings and rights.";
  static override examples = ["<%= config.bin %> rooms show general"];
  static override args = { room: Args.string({ required: true, description: "Name or id of the room." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RoomsShow);
    const { channel } = await this.once(flags, "channel.show", { channel: args.room });
    this.pairs(roomLines(channel));
    return channel;
  }
}
