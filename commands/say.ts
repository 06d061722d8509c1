import { Args } from "@oclif/core";

import { fromStandardInput } from "../src/cli/text-input.ts";
import { ChatCommand } from "./_command.ts";

export default class Say extends ChatCommand {
  static override summary = "Post a message to a room, in the name of the console.";
  static override description = "Without a text, standard input is the text.";
  static override examples = ['<%= config.bin %> say general "Back in ten minutes."', "uptime | <%= config.bin %> say status"];
  static override args = {
    room: Args.string({ required: true, description: "Name or id of the room." }),
    text: Args.string({ description: "What to say." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Say);
    const content = args.text ?? (await fromStandardInput("The text"));
    const { message } = await this.once(flags, "message.send", { channel: args.room, content });
    this.log(`Said in ${args.room}.`);
    return message;
  }
}
