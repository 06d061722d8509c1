import { Args, Flags } from "@oclif/core";

import { moment, plain } from "../src/cli/table.ts";
import { ChatCommand } from "./_command.ts";

interface Posted {
  readonly id: string;
  readonly author: { readonly name: string };
  readonly content: string;
  readonly at: number;
}

export default class Tail extends ChatCommand {
  static override summary = "Read a room: its last messages, then new ones as they come.";
  static override description =
    "Follows until Ctrl-C or until the server ends; when none is running, the last messages are all there is. With --json a message a line.";
  static override examples = [
    "<%= config.bin %> tail general",
    "<%= config.bin %> tail general --lines 50 --no-follow",
    "<%= config.bin %> tail general --json | jq -r .content",
  ];
  static override args = { room: Args.string({ required: true, description: "Name or id of the room." }) };
  static override flags = {
    lines: Flags.integer({
      char: "n",
      default: 10,
      min: 0,
      max: 200,
      helpValue: "<number>",
      summary: "How many of the last messages.",
    }),
    follow: Flags.boolean({ default: true, allowNo: true, summary: "Wait for new messages." }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Tail);
    await using backend = await this.backend(flags);
    // Listening begins before the list is read, so that nothing falls between them.
    const news = flags.follow ? backend.server?.watch() : undefined;
    await news?.next();
    const { place, messages } = await backend.call("message.list", { channel: args.room, limit: flags.lines });
    const said = new Set<string>();
    const say = (message: Posted) => {
      said.add(message.id);
      if (flags.json) this.line(JSON.stringify(message));
      else this.line(`${moment(message.at)}  ${plain(message.author.name)}: ${plain(message.content)}`);
    };
    for (const message of messages as Posted[]) say(message);
    if (flags.follow && !news) this.logToStderr("No server is running: nothing more will come.");
    for await (const line of news ?? []) {
      if (line.type !== "event" || line.event.type !== "message.created") continue;
      const { place: where, message } = line.event.data as { place: { channel: string }; message: Posted };
      if (where.channel === place.channel && !said.has(message.id)) say(message);
    }
  }
}
