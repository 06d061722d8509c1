import { Flags } from "@oclif/core";

import { EventLines } from "../src/cli/event-line.ts";
import { ChatCommand } from "./_command.ts";

export default class Watch extends ChatCommand {
  static override summary = "Follow everything that happens on the running server.";
  static override description =
    "A line for each event until Ctrl-C: when, what, who did it, to what. With --json every line is a JSON object: a snapshot first, then events, and the server's figures each second.";
  static override examples = [
    "<%= config.bin %> watch",
    "<%= config.bin %> watch --only member.banned --only channel.created",
    "<%= config.bin %> watch --json | jq 'select(.type == \"stats\")'",
  ];
  static override flags = {
    only: Flags.string({ multiple: true, helpValue: "<event>", summary: "Only events of this name; may come again." }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Watch);
    const { only } = flags;
    const lines = new EventLines();
    for await (const line of (await this.server(flags)).watch()) {
      // Also what is not shown tells names.
      const said = line.type === "event" && !flags.json ? lines.line(line.event) : "";
      if (line.type === "event" && only && !only.includes(line.event.type)) continue;
      if (flags.json) this.line(JSON.stringify(line));
      else if (line.type === "snapshot") lines.hear(line);
      else if (line.type === "event") this.line(said);
      else if (line.type === "lost") this.logToStderr(`${line.lines} lines were left out: this reader is too slow.`);
    }
  }
}
