import { homedir } from "node:os";
import { join } from "node:path";

import { Args, Flags } from "@oclif/core";

import { fileFlag } from "../src/cli/files.ts";
import { CommandError, EXIT } from "../src/cli/exit.ts";
import type { Conversation } from "../src/connect/conversation.ts";
import type { Barred } from "../src/connect/plain.ts";
import { ChatCommand } from "./_command.ts";

export default class Connect extends ChatCommand {
  static override summary = "Talk on a server from this terminal.";
  static override description = [
    "Signs in with a name and a password, which is asked for or read from --password-file, and never kept. Servers and names are remembered.",
    "In the window: Tab completes, PgUp and PgDn scroll, Ctrl-P and Ctrl-N change the room, :help lists the commands, :quit leaves.",
    "With --plain, or where this is no terminal, lines are printed and read one by one; it ends when the input does.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> connect chat.example.org --name alice",
    "<%= config.bin %> connect ws://localhost:5613 --name alice --register",
    "<%= config.bin %> connect",
    "uptime | <%= config.bin %> connect chat.example.org --name robot --room status --password-file ~/.robot",
  ];
  static override args = {
    url: Args.string({ ignoreStdin: true, description: "Address of the server; else the one that was connected to last." }),
  };
  static override enableJsonFlag = false;
  static override flags = {
    name: Flags.string({ char: "n", helpValue: "<name>", summary: "Name to sign in with; else the one of last time." }),
    register: Flags.boolean({ summary: "Make the account first." }),
    room: Flags.string({ char: "r", helpValue: "<room>", summary: "Room to begin with." }),
    "password-file": fileFlag({ summary: "File with the password." }),
    plain: Flags.boolean({ summary: "Lines only, for screen readers and pipes: nothing moves." }),
    list: Flags.boolean({ summary: "List the servers that are remembered." }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Connect);
    const { isHere, knownServers, rememberServer, serverUrl } = await import("../src/connect/servers.ts");
    const home = this.env["XDG_CONFIG_HOME"]?.startsWith("/")
      ? this.env["XDG_CONFIG_HOME"]
      : join(this.env["HOME"] || homedir(), ".config");
    const file = join(home, "chat", "servers.json");
    const known = knownServers(file);
    if (flags.list) {
      return this.rows(
        ["server", "name"],
        known.map(({ url, name }) => [url, name]),
        "No server is remembered yet.",
      );
    }
    const url = args.url === undefined ? known[0]?.url : this.#address(serverUrl, args.url);
    if (url === undefined) throw new CommandError("Which server? Give its address: chat connect chat.example.org.", EXIT.usage);
    const name = flags.name ?? known.find((one) => one.url === url)?.name;
    if (name === undefined) throw new CommandError("Who are you there? Give your name with --name.", EXIT.usage);
    const terminal = process.stdin.isTTY && process.stdout.isTTY;
    if (!process.stdin.isTTY && flags["password-file"] === undefined)
      throw new CommandError("What comes on standard input is said there; give the password with --password-file.", EXIT.usage);
    const { hostname, protocol } = new URL(url);
    if (protocol === "ws:" && !isHere(hostname))
      this.logToStderr("warning: the connection is not encrypted; others on the way can read the password.");

    const [{ password }, { Conversation }, { systemClock, systemTimers }, { uuids }] = await Promise.all([
      import("../src/cli/text-input.ts"),
      import("../src/connect/conversation.ts"),
      import("../src/kernel/clock.ts"),
      import("../src/kernel/ids.ts"),
    ]);
    const chat = new Conversation({
      url,
      credentials: { name, password: await password(flags["password-file"], flags.register), register: flags.register },
      timers: systemTimers,
      now: systemClock,
      nonce: uuids,
      room: flags.room,
    });
    chat.subscribe((input) => {
      if (input.type === "link" && input.news.is === "open") rememberServer(file, { url, name });
    });
    const barred = terminal && !flags.plain ? await this.#window(chat) : await this.#lines(chat);
    if (barred) throw new CommandError(barred.why, barred.reached ? EXIT.refused : EXIT.unreachable);
  }

  #address(read: (given: string) => string, given: string): string {
    try {
      return read(given);
    } catch (why) {
      if (!(why instanceof RangeError)) throw why;
      throw new CommandError(why.message, EXIT.usage);
    }
  }

  async #window(chat: Conversation): Promise<Barred | undefined> {
    const [{ showConversation }, { systemClock }] = await Promise.all([
      import("../src/connect/show.tsx"),
      import("../src/kernel/clock.ts"),
    ]);
    return showConversation(chat, { now: systemClock, colours: !this.env["NO_COLOR"] });
  }

  async #lines(chat: Conversation): Promise<Barred | undefined> {
    const [{ converseInLines }, { TypedLines }] = await Promise.all([
      import("../src/connect/plain.ts"),
      import("../src/connect/typed-lines.ts"),
    ]);
    const lines = new TypedLines(Bun.stdin.stream());
    try {
      return await converseInLines(chat, lines, (line) => this.line(line));
    } finally {
      await lines.stop();
    }
  }
}
