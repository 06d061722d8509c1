import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { Args, Flags } from "@oclif/core";

import { fileFlag } from "../src/cli/files.ts";
import { CommandError, EXIT } from "../src/cli/exit.ts";
import type { Conversation, ConversationOptions } from "../src/connect/conversation.ts";
import type { Door } from "../src/connect/panes.tsx";
import type { Barred } from "../src/connect/plain.ts";
import type { KnownServer } from "../src/connect/servers.ts";
import { ChatCommand } from "./_command.ts";

export default class Connect extends ChatCommand {
  static override summary = "Talk on a server from this terminal.";
  static override description = [
    "Signs in with a name and a password, which is asked for or read from --password-file, and never kept. Servers, names and the paths of such files are remembered.",
    "The window shows all remembered servers at once, and Ctrl-O changes between them; where the password is not in a file it is asked for there. --only leaves the others alone.",
    "In the window: ? helps, Tab completes, the arrows choose a message to answer, change or react to, or one that :search found to go to, PgUp and PgDn scroll, Ctrl-P and Ctrl-N change the room, :quit leaves.",
    "A server that is down is tried again until it is there. The terminal's bell rings when somebody calls you, or writes to you alone, in a room you do not look at; --no-bell or :bell off keeps it still.",
    "With --plain, or where this is no terminal, lines of this one server are printed and read one by one; :marks numbers messages, and it ends when the input does.",
    "A server with a certificate of its own (chat serve --tls self) prints its fingerprint: give that with --fingerprint, or the file self-signed.cert.pem of its data folder with --ca. The certificate is remembered.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> connect chat.example.org --name alice",
    "<%= config.bin %> connect ws://localhost:5613 --name alice --register",
    "<%= config.bin %> connect 192.168.1.5:5613 --name alice --fingerprint AB:CD:…",
    "<%= config.bin %> connect",
    "uptime | <%= config.bin %> connect chat.example.org --name robot --room status --password-file ~/.robot",
  ];
  static override args = {
    url: Args.string({ ignoreStdin: true, description: "Address of the server; else the one that was connected to last." }),
  };
  static override enableJsonFlag = false;
  static override flags = {
    name: Flags.string({ char: "n", helpValue: "<name>", summary: "Name to sign in with; else the one of last time." }),
    register: Flags.boolean({ summary: "Make the account first.", default: false }),
    room: Flags.string({ char: "r", helpValue: "<room>", summary: "Room to begin with." }),
    "password-file": fileFlag({ summary: "File with the password; else the one of last time." }),
    ca: fileFlag({
      summary: "Certificate (PEM) that the server must have, or be vouched for by; else the one of last time.",
      exclusive: ["fingerprint"],
    }),
    fingerprint: Flags.string({ helpValue: "<SHA-256>", summary: "Fingerprint that the server's own certificate must have." }),
    only: Flags.boolean({ summary: "This server alone, not the others that are remembered." }),
    bell: Flags.boolean({
      summary: "Ring the terminal's bell when somebody calls you, or writes to you alone, where you do not look.",
      allowNo: true,
      default: true,
    }),
    plain: Flags.boolean({ summary: "Lines only, for screen readers and pipes: nothing moves." }),
    list: Flags.boolean({ summary: "List the servers that are remembered.", exclusive: ["forget"] }),
    forget: Flags.boolean({ summary: "Remember this server no longer." }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Connect);
    const { forgetServer, isHere, knownServers, rememberServer, serverUrl } = await import("../src/connect/servers.ts");
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
    const certified = (given: string): boolean =>
      flags.ca !== undefined || flags.fingerprint !== undefined || known.some(({ url }) => url === serverUrl(given, true));
    const url = args.url === undefined ? known[0]?.url : this.#address((given) => serverUrl(given, certified(given)), args.url);
    if (flags.forget) {
      if (args.url === undefined) throw new CommandError("Which server? Give its address.", EXIT.usage);
      if (!forgetServer(file, url!))
        throw new CommandError(`${url} is not remembered; chat connect --list lists what is.`, EXIT.notFound);
      return this.log(`${url} is forgotten.`);
    }
    if (url === undefined) throw new CommandError("Which server? Give its address: chat connect chat.example.org.", EXIT.usage);
    const name = flags.name ?? known.find((one) => one.url === url)?.name;
    if (name === undefined) throw new CommandError("Who are you there? Give your name with --name.", EXIT.usage);
    const before = known.find((one) => one.url === url && one.name === name);
    const path = (given: string | undefined) => (given === undefined ? undefined : resolve(given));
    const passwordFile = path(flags["password-file"]) ?? before?.passwordFile;
    const server: KnownServer = {
      url,
      name,
      ca: (await this.#trusted(url, flags)) ?? known.find((one) => one.url === url)?.ca,
      passwordFile,
    };
    const terminal = process.stdin.isTTY && process.stdout.isTTY;
    if (!process.stdin.isTTY && passwordFile === undefined)
      throw new CommandError("What comes on standard input is said there; give the password with --password-file.", EXIT.usage);
    const { hostname, protocol } = new URL(url);
    if (protocol === "ws:" && !isHere(hostname))
      this.logToStderr("warning: the connection is not encrypted; others on the way can read the password.");

    const [{ password }, { Bell }, { systemClock }, conversation] = await Promise.all([
      import("../src/cli/text-input.ts"),
      import("../src/connect/bell.ts"),
      import("../src/kernel/clock.ts"),
      this.#conversations(),
    ]);
    const window = terminal && !flags.plain;
    const bell = window ? new Bell({ ring: () => void process.stdout.write("\u0007"), now: systemClock }, flags.bell) : undefined;
    const chat = conversation(server, {
      password: await password(passwordFile, flags.register).catch((why: unknown) => {
        // A remembered file may have gone meanwhile.
        if (!terminal || flags["password-file"] !== undefined || passwordFile === undefined) throw why;
        return password(undefined, flags.register);
      }),
      register: flags.register,
      room: flags.room,
      patient: window,
      bell,
    });
    chat.subscribe((input) => {
      if (input.type === "link" && input.news.is === "open") rememberServer(file, server);
    });
    if (!window) return this.#ended(await this.#lines(chat));
    const others = flags.only ? [] : known.filter((one) => one !== before);
    const behind = others.map(async (one) => {
      const kept = one.passwordFile === undefined ? undefined : await password(one.passwordFile).catch(() => undefined);
      return conversation(one, { password: kept, register: false, behind: true, patient: true, bell });
    });
    const hosts = [server, ...others].map((one) => new URL(one.url).host);
    const doors = [server, ...others].map((one, index) => ({
      label: hosts.indexOf(hosts[index]!) === hosts.lastIndexOf(hosts[index]!) ? hosts[index]! : `${one.name}@${hosts[index]}`,
      name: one.name,
    }));
    this.#ended(await this.#window([chat, ...(await Promise.all(behind))], doors));
  }

  /** What the server's certificate is checked against, where a flag says it. */
  async #trusted(url: string, { ca, fingerprint }: { ca?: string | undefined; fingerprint?: string | undefined }) {
    if (ca === undefined && fingerprint === undefined) return undefined;
    const { certificateOf, certificatesIn } = await import("../src/connect/trust.ts");
    return ca === undefined ? certificateOf(url, fingerprint!) : certificatesIn(ca);
  }

  #ended(barred: Barred | undefined): void {
    if (barred) throw new CommandError(barred.why, barred.reached ? EXIT.refused : EXIT.unreachable);
  }

  /** Makes conversations with servers. */
  async #conversations() {
    const [{ Conversation }, { systemClock, systemTimers }, { uuids }] = await Promise.all([
      import("../src/connect/conversation.ts"),
      import("../src/kernel/clock.ts"),
      import("../src/kernel/ids.ts"),
    ]);
    return (
      { url, name, ca }: KnownServer,
      {
        password,
        register,
        ...how
      }: { password: string | undefined; register: boolean } & Pick<ConversationOptions, "room" | "behind" | "patient" | "bell">,
    ) =>
      new Conversation({
        url,
        credentials: { name, password, register },
        timers: systemTimers,
        now: systemClock,
        nonce: uuids,
        ca,
        ...how,
      });
  }

  #address(read: (given: string) => string, given: string): string {
    try {
      return read(given);
    } catch (why) {
      if (!(why instanceof RangeError)) throw why;
      throw new CommandError(why.message, EXIT.usage);
    }
  }

  async #window(chats: readonly [Conversation, ...Conversation[]], doors: readonly Door[]): Promise<Barred | undefined> {
    const [{ showDesk }, { Desk }, { systemClock }] = await Promise.all([
      import("../src/connect/show.tsx"),
      import("../src/connect/desk.ts"),
      import("../src/kernel/clock.ts"),
    ]);
    return showDesk(new Desk(chats), { doors, now: systemClock, colours: !this.env["NO_COLOR"] });
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
