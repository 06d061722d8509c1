import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { openRules, roomChanges, roomFlags, roomPassword } from "./_room.ts";
import { Refusal } from "../../src/kernel/refusal.ts";

export default class RoomsAdd extends ChatCommand {
  static override hiddenAliases = ["channels:add"];
  static override summary = "Make a room.";
  static override description =
    "Everybody with the role user may view it and write in it unless --view and --send say otherwise. Ends with 5 when there is one of that name; with --if-missing that is fine, and nothing is changed.";
  static override examples = [
    "<%= config.bin %> rooms add music",
    "<%= config.bin %> rooms add staff --view admin --view moderator --send admin --send moderator",
    "<%= config.bin %> rooms add ideas --type forum --rule create_thread=user --rule pin=moderator",
    "<%= config.bin %> rooms add lounge --type voice --user-limit 10 --if-missing",
  ];
  static override args = { name: Args.string({ required: true, description: "Name of the room." }) };
  static override flags = {
    type: Flags.string({ options: ["text", "voice", "forum", "separator"], default: "text", summary: "What kind of room." }),
    ...roomFlags,
    "if-missing": Flags.boolean({ summary: "Do nothing when there is a room of that name." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RoomsAdd);
    const rules = openRules(flags.type);
    const input = { name: args.name, kind: flags.type, rules, ...roomChanges(flags, rules) };
    await using backend = await this.backend(flags);
    try {
      let { channel } = await backend.call("channel.create", input);
      if (flags["password-stdin"])
        ({ channel } = await backend.call("channel.set-password", { channel: channel.id, password: await roomPassword() }));
      this.log(`Made the room ${channel.name}.`);
      return { created: true, room: channel };
    } catch (why) {
      if (!flags["if-missing"] || !(why instanceof Refusal) || why.reason !== "channel.exists") throw why;
      const { channel } = await backend.call("channel.show", { channel: args.name });
      this.log(`There is a room ${channel.name} already.`);
      return { created: false, room: channel };
    }
  }
}
