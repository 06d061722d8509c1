import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "./_command.ts";
import { seconds } from "../src/cli/duration.ts";
import { moment } from "../src/cli/table.ts";

export default class Ban extends ChatCommand {
  static override summary = "Shut a user out.";
  static override description =
    "Their connections end at once, on every wire. Banning somebody again replaces the reason and the end of the ban.";
  static override examples = [
    "<%= config.bin %> ban spammer",
    '<%= config.bin %> ban spammer --for 7d --purge 1h --reason "advertising"',
  ];
  static override args = { user: Args.string({ required: true, description: "Name or id of the account." }) };
  static override flags = {
    reason: Flags.string({ helpValue: "<text>", summary: "Why; they are told." }),
    for: Flags.string({ helpValue: "<time>", summary: "How long: 30m, 12h, 7d; without it for ever." }),
    purge: Flags.string({ helpValue: "<time>", summary: "Also delete what they wrote in this last while, up to 7d." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Ban);
    const { systemClock } = await import("../src/kernel/clock.ts");
    const done = await this.once(flags, "member.ban", {
      user: args.user,
      ...(flags.reason && { reason: flags.reason }),
      ...(flags.for && { until: systemClock() + seconds(flags.for) * 1000 }),
      ...(flags.purge && { purgeMs: seconds(flags.purge) * 1000 }),
    });
    this.log(`${done.user.name} is banned${done.until ? ` until ${moment(done.until)}` : ""}.`);
    if (flags.purge) this.log(`${done.purged} of their messages were deleted.`);
    return done;
  }
}
