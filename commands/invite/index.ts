import { Flags } from "@oclif/core";

import { seconds } from "../../src/cli/duration.ts";
import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { moment } from "../../src/cli/table.ts";
import type { Settings } from "../../src/config/schema.ts";
import { ChatCommand } from "../_command.ts";

export default class Invite extends ChatCommand {
  static override summary = "Make a link with which people register, also where registration is closed.";
  static override description = [
    "The code is shown once; only its hash is kept. With cracked.allow_registration false, invites are the only way in.",
    "The link needs server.url in the settings, or a name that the server obtains a certificate for.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> invite",
    '<%= config.bin %> invite --uses 20 --expires 2d --note "the football club"',
    "<%= config.bin %> invite --role moderator --json",
    "<%= config.bin %> invite --uses unlimited --expires never",
  ];
  static override flags = {
    role: Flags.string({ helpValue: "<role>", summary: "A role that comes with it, besides those of every newcomer." }),
    uses: Flags.string({ helpValue: "<number>", default: "1", summary: "How often it may be used, or unlimited." }),
    expires: Flags.string({ helpValue: "<time>", default: "7d", summary: "How long it is good: 30m, 12h, 7d, or never." }),
    note: Flags.string({ helpValue: "<text>", summary: "What it is for; only the list shows it." }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Invite);
    const uses = flags.uses === "unlimited" ? null : Number(flags.uses);
    if (uses !== null && !(Number.isInteger(uses) && uses >= 1 && uses <= 1_000_000))
      throw new CommandError(
        `--uses is a whole number from 1 to 1000000, or unlimited; not ${JSON.stringify(flags.uses)}.`,
        EXIT.usage,
      );
    const [{ systemClock }, { loadSettings }] = await Promise.all([
      import("../../src/kernel/clock.ts"),
      import("../../src/config/load.ts"),
    ]);
    await using backend = await this.backend(flags);
    const { code, invite } = await backend.call("invite.create", {
      role: flags.role ?? null,
      uses,
      expiresAt: flags.expires === "never" ? null : systemClock() + seconds(flags.expires) * 1000,
      note: flags.note ?? null,
    });
    const file = this.env["CHAT_CONFIG"];
    const running = await backend.server?.status();
    const { settings } = loadSettings({
      dataDir: this.folder(flags).path,
      env: this.env,
      flags: running?.flags ?? {},
      ...(file && { file }),
    });
    const link = linkTo(publicAddress(settings, running?.doors.find(({ of }) => of === "web")?.port), code);
    const often = invite.uses === null ? "as often as one likes" : invite.uses === 1 ? "once" : `${invite.uses} times`;
    const role = invite.role === null ? "" : `, with the role ${invite.role}`;
    this.log(link ?? code);
    if (link === undefined)
      this.logToStderr(
        "That is the code alone: a link needs the address by which people reach this server (server.url in the settings).",
      );
    this.logToStderr(
      `Good ${often}${invite.expiresAt ? ` until ${moment(invite.expiresAt)}` : ""}${role}. It is not shown again.`,
    );
    return { code, link: link ?? null, invite };
  }
}

/** Where people reach the server: as it is set, else by the name of its certificate; empty where nobody has said. */
function publicAddress({ server, tls, websocket }: Settings, port = websocket.port): string {
  if (server.url !== "" || tls.mode !== "acme") return server.url;
  return `https://${tls.domains[0]}:${port}`;
}

/** To the page on which people register and talk. The code stands behind the #, where it goes to no server and into no log. */
function linkTo(url: string, code: string): string | undefined {
  if (url === "") return undefined;
  const base = new URL(/^\w+:\/\//.test(url) ? url.replace(/^ws/, "http") : `https://${url}`);
  base.pathname = `${base.pathname.replace(/\/$/, "")}/call`;
  base.hash = `invite=${code}`;
  return base.href;
}
