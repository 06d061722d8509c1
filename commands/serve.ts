import { Flags } from "@oclif/core";

import { fileFlag } from "../src/cli/files.ts";
import { ChatCommand } from "./_command.ts";

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

  /** Comes here when `plainServeFlags` could not tell what is meant. */
  async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    const { runServer } = await import("./_run-server.ts");
    await runServer(flags);
  }
}
