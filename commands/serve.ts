import { Flags } from "@oclif/core";

import type { Server } from "../src/serve.ts";
import { fileFlag } from "../src/cli/files.ts";
import { CommandError, EXIT } from "../src/cli/exit.ts";
import { HeldLog } from "../src/cli/held-log.ts";
import type { DataFolder } from "../src/config/data-folder.ts";
import { ChatCommand } from "./_command.ts";

/** Flags that stand for settings, by the key they set. */
const SETTINGS = {
  host: "websocket.host",
  port: "websocket.port",
  tls: "tls.mode",
  cert: "tls.cert",
  key: "tls.key",
  domain: "tls.domains",
  "tcp-port": "tcp.port",
  "agree-tos": "tls.acme.agree_tos",
  "log-format": "log.format",
  "log-level": "log.level",
} as const;

export default class Serve extends ChatCommand {
  static override summary = "Run the server.";
  static override description = [
    "Makes the data folder with a commented config.json5 at the first start, and prints a code with which the first user becomes the owner.",
    "Ends in order on SIGTERM, Ctrl-C or `chat stop`: everybody is answered and told, at most ten seconds long; a second Ctrl-C ends at once.",
    "SIGHUP or `chat reload` reads the settings and certificates again. The log goes to standard error.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> serve",
    "<%= config.bin %> serve --host 0.0.0.0 --tls self",
    "<%= config.bin %> serve --tcp --tcp-port 2222",
    "<%= config.bin %> serve --domain chat.example.org --agree-tos",
    "<%= config.bin %> serve --port 443 --cert /etc/chat/cert.pem --key /etc/chat/key.pem",
    "CHAT_LIMITS_POST_CONTENT=4000 <%= config.bin %> serve --data /srv/chat --log-format json",
  ];
  static override flags = {
    ws: Flags.boolean({ summary: "Start the WebSocket and HTTP listener, and of the others only those that are named too." }),
    tcp: Flags.boolean({ summary: "Start the line chat for nc and telnet, and of the others only those that are named too." }),
    "tcp-port": Flags.string({ helpValue: "<number>", summary: "Port of the line chat; 0 for a free one." }),
    tokens: Flags.boolean({
      summary: "Answer game servers that ask for room tokens, and start of the others only those that are named too.",
    }),
    host: Flags.string({ helpValue: "<address>", summary: "Address to listen on; 0.0.0.0 for every network of this machine." }),
    port: Flags.string({ char: "p", helpValue: "<number>", summary: "Port to listen on; 0 for a free one." }),
    config: fileFlag({ summary: "Another file than config.json5 in the data folder." }),
    tls: Flags.string({
      options: ["off", "self", "files", "acme"],
      summary: "Encryption: none, a certificate of our own, files, or one obtained for --domain.",
    }),
    cert: fileFlag({ summary: "Certificate file (PEM, chain included): sets --tls files." }),
    key: fileFlag({ summary: "Key file (PEM): sets --tls files." }),
    domain: Flags.string({
      multiple: true,
      helpValue: "<name>",
      summary: "Obtain and renew a certificate for this name (may be given more than once): sets --tls acme.",
    }),
    "agree-tos": Flags.boolean({ summary: "You agree to the terms of service of the authority that gives the certificate." }),
    dashboard: Flags.boolean({ summary: "Show the dashboard in this terminal; the log goes there until it is closed." }),
    "log-format": Flags.string({ options: ["auto", "json", "pretty"], summary: "How the log is written." }),
    "log-level": Flags.string({
      options: ["debug", "info", "warn", "error"],
      summary: "The least important level still written.",
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    if (flags.dashboard && (!process.stdin.isTTY || !process.stdout.isTTY))
      throw new CommandError("--dashboard needs a terminal; serve without it.", EXIT.usage);
    const [{ serve }, { ConfigError }] = await Promise.all([import("../src/serve.ts"), import("../src/config/load.ts")]);
    const settings = Object.fromEntries(
      Object.entries(SETTINGS).map(([flag, key]) => [key, flags[flag as keyof typeof SETTINGS]]),
    );
    // Flags that name doors open exactly those; without any, the settings say.
    const named = {
      "websocket.enabled": flags.ws ?? false,
      "tcp.enabled": flags.tcp ?? false,
      "tokens.enabled": flags.tokens ?? false,
    };
    const doors = Object.values(named).includes(true) ? named : {};
    const mode = flags.tls ?? (flags.domain ? "acme" : flags.cert || flags.key ? "files" : undefined);
    const terminal = process.stderr.isTTY;
    const folder = this.folder(flags);
    const held = new HeldLog((line) => void process.stderr.write(line));
    const server = await serve({
      folder,
      env: this.env,
      flags: { ...settings, ...(mode && { "tls.mode": mode }), ...doors },
      flagNames: Object.fromEntries(Object.entries(SETTINGS).map(([flag, key]) => [key, `--${flag}`])),
      configFile: flags.config ?? this.env["CHAT_CONFIG"],
      version: this.config.version,
      user: this.systemUser(),
      log: {
        write: held.write,
        terminal,
        colour: terminal && !this.env["NO_COLOR"],
      },
    }).catch((why: Error) => {
      throw why instanceof ConfigError && why.ofFlags ? new CommandError(why.message, EXIT.usage) : why;
    });
    this.#obeySignals(server);
    const warnings = server.warnings.map((warning) => `warning: ${warning}`);
    for (const warning of warnings) this.logToStderr(warning);
    const greeting = this.#greeting(server, flags.json ?? false);
    for (const line of greeting) this.line(line);
    if (flags.dashboard) await this.#dashboard(server, folder, held, [...warnings, ...greeting.slice(1)]);
    await server.stopped;
  }

  #greeting(server: Server, json: boolean): string[] {
    const { urls, data, pid } = server.status();
    const { fingerprint, claimCode } = server;
    if (json) return [JSON.stringify({ ready: true, urls, data, pid, fingerprint, claimCode })];
    const lines = [`chat ${this.config.version} is ready: ${urls.join(", ") || "nothing that people connect to is on"}`];
    if (fingerprint) lines.push(`Our own certificate has the SHA-256 fingerprint ${fingerprint}`);
    if (!server.first) return lines;
    lines.push(`Everything is kept in ${data}; the settings are config.json5 there.`);
    const web = urls.some((url) => /^wss?:/.test(url));
    const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(urls.find((url) => url.startsWith("tcp:")) ?? "") ?? [];
    if (web) lines.push("Add the address above as a server in an originChats client, and register there.");
    else if (host)
      lines.push(
        `Come in with "nc ${host.replace(/^0\.0\.0\.0$/, "127.0.0.1")} ${port}", and make an account there with :register <name>; "chat roles grant owner <name>" makes it the owner.`,
      );
    if (urls.some((url) => url.startsWith("ws:")))
      lines.push(
        "Its web client takes only wss:// addresses: serve with --domain, --tls self or --tls files, or behind a proxy with TLS.",
      );
    if (claimCode && web) lines.push(`Once you are signed in, "/claim ${claimCode}" makes you the owner; the code works once.`);
    return lines;
  }

  /** In this terminal until somebody leaves it or the server ends. */
  async #dashboard(server: Server, folder: DataFolder, held: HeldLog, notices: readonly string[]): Promise<void> {
    const [{ showDashboard }, { ControlClient }, { systemClock, systemTimers }] = await Promise.all([
      import("../src/dashboard/show.tsx"),
      import("../src/admin/control-client.ts"),
      import("../src/kernel/clock.ts"),
    ]);
    const ended = new AbortController();
    void server.stopped.then(() => ended.abort());
    held.hold();
    const how = await showDashboard({
      client: new ControlClient(folder.socketPath, this.systemUser()),
      now: systemClock,
      timers: systemTimers,
      notices,
      colours: !this.env["NO_COLOR"],
      signal: ended.signal,
    });
    held.release();
    if (ended.signal.aborted) return;
    if (how === "interrupt") return void server.stop("SIGINT");
    this.line("The dashboard is closed and the server runs on; Ctrl-C ends it.");
  }

  #obeySignals(server: Server): void {
    let asked = 0;
    const end = (signal: string) => () => {
      if (++asked > 1 && signal === "SIGINT") process.exit(130);
      void server.stop(signal);
    };
    process.on("SIGTERM", end("SIGTERM"));
    process.on("SIGINT", end("SIGINT"));
    process.on("SIGHUP", () => {
      server.reload().catch((error: Error) => server.log.error("settings.refused", { sentence: error.message }));
    });
  }
}
