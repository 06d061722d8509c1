import { Flags } from "@oclif/core";

import type { Manifest } from "../src/export/export-folder.ts";
import { ChatCommand } from "./_command.ts";

const DRAWN_EVERY = 200;

export default class Export extends ChatCommand {
  static override summary = "Write everything as JSON Lines and files.";
  static override description = [
    "One file of lines for each kind of thing, the bytes of attachments and emoji beside them, and a manifest with counts and hashes.",
    "All of it tells of the same moment, also while the server runs. `chat docs export` explains every file and field.",
    "Hashes of passwords, tokens of webhooks and push subscriptions stay out of it unless --with-secrets asks for them.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> export",
    "<%= config.bin %> export --to /backup/chat.tar.gz --with-secrets",
    "<%= config.bin %> export --community default --to ./out --json",
  ];
  static override flags = {
    to: Flags.string({ helpValue: "<path>", summary: "A new folder, or an archive when it ends in .tar, .tar.gz or .tgz." }),
    community: Flags.string({ helpValue: "<slug>", summary: "Only this community; all without it." }),
    "with-secrets": Flags.boolean({ summary: "Also what opens something: keep the export as safe as the chat itself." }),
  };

  async run(): Promise<Manifest> {
    const { flags } = await this.parse(Export);
    const { exportChat } = await import("../src/admin/export.ts");
    const to = flags.to ?? `chat-export-${new Date(Date.now()).toISOString().slice(0, 19).replaceAll(":", "")}`;
    const manifest = await exportChat({
      folder: this.folder(flags),
      env: this.env,
      configFile: this.env["CHAT_CONFIG"],
      to,
      community: flags.community,
      secrets: flags["with-secrets"],
      program: `chat ${this.config.version}`,
      progress: this.#progress(),
    });
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
    const lines = manifest.files.filter(({ rows }) => rows !== undefined && rows > 0);
    this.rows(
      ["FILE", "LINES", "BYTES"],
      lines.map(({ name, rows, bytes }) => [name, rows, bytes]),
      "There was nothing to export.",
    );
    const files = manifest.files.filter(({ rows }) => rows === undefined);
    this.log(`${files.length} files of ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes.`);
    if (manifest.missing.length > 0) this.logToStderr(`warning: the bytes of ${manifest.missing.length} files are not there`);
    this.log(`Exported to ${to}.`);
    return manifest;
  }

  #progress(): (file: string, rows: number) => void {
    if (!process.stderr.isTTY || this.jsonEnabled()) return () => {};
    let drawn = -DRAWN_EVERY;
    return (file, rows) => {
      const now = performance.now();
      if (now - drawn < DRAWN_EVERY) return;
      drawn = now;
      process.stderr.write(`\r\u001B[K${file}: ${rows}`);
    };
  }
}
