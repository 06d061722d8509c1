import { CommandError, EXIT } from "../src/cli/exit.ts";
import { ChatCommand } from "./_command.ts";

export default class Dashboard extends ChatCommand {
  static override summary = "Look on a running server live, and act in it.";
  static override description = [
    "Rates and latencies, rooms, people by wire, calls, the moderation log, plugins and the server's log, as they change.",
    "Keys act on what is selected: say something, kick, ban, time out, mute, slow mode, announce; ? lists them. q leaves.",
    "When the server goes away, it is tried again until it is back.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> dashboard",
    "<%= config.bin %> dashboard --data /srv/chat",
    "ssh -t pi <%= config.bin %> dashboard",
  ];
  static override enableJsonFlag = false;

  async run(): Promise<void> {
    const { flags } = await this.parse(Dashboard);
    if (!process.stdin.isTTY || !process.stdout.isTTY)
      throw new CommandError('The dashboard needs a terminal; "chat watch" and "chat status" are for scripts.', EXIT.usage);
    const client = await this.server(flags);
    const [{ showDashboard }, { systemClock, systemTimers }] = await Promise.all([
      import("../src/dashboard/show.tsx"),
      import("../src/kernel/clock.ts"),
    ]);
    await showDashboard({ client, now: systemClock, timers: systemTimers, colours: !this.env["NO_COLOR"] });
  }
}
