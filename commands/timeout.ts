import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "./_command.ts";
import { seconds, spoken } from "../src/cli/duration.ts";

export default class Timeout extends ChatCommand {
  static override summary = "Keep a member from speaking for a while.";
  static override description = "0s lets them speak again.";
  static override examples = [
    "<%= config.bin %> timeout alice 10m",
    '<%= config.bin %> timeout alice 1d --reason "insults"',
    "<%= config.bin %> timeout alice 0s",
  ];
  static override args = {
    user: Args.string({ required: true, description: "Name or id of the member." }),
    time: Args.string({ required: true, description: "How long: 30s, 10m, 2h, 1d." }),
  };
  static override flags = { reason: Flags.string({ helpValue: "<text>", summary: "Why; they are told." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Timeout);
    const done = await this.once(flags, "member.timeout", {
      user: args.user,
      seconds: seconds(args.time),
      ...(flags.reason && { reason: flags.reason }),
    });
    this.log(done.seconds ? `${done.user.name} cannot speak for ${spoken(done.seconds)}.` : `${done.user.name} may speak again.`);
    return done;
  }
}
