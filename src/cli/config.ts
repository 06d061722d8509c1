import { type Command, type Interfaces, Plugin } from "@oclif/core";

import { COMMANDS } from "../../commands/index.ts";
import { description, name, version } from "../../package.json";
import { EXIT_MEANINGS } from "./exit.ts";
import manifest from "./manifest.gen.json";

/** What `chat --help` says of commands that belong together; a topic without a command is not shown. */
const TOPICS: Readonly<Record<string, { description: string }>> = {
  config: { description: "Settings: check them, show them, read about them." },
  docs: { description: "Explain operations, events and what clients may send." },
  import: { description: "Take over the data of other programs." },
  rooms: { description: "Channels." },
  users: { description: "Accounts." },
  plugins: { description: "Plugins: install them, let them run." },
  roles: { description: "Roles, and who has them." },
  invite: { description: "Invites: links with which people register." },
  service: { description: "Run the server under systemd." },
  token: { description: "Tokens for Jitsi, LiveKit and sessions." },
};

/** What oclif would read from a package.json on disk. */
export const pjson = {
  name,
  version,
  description,
  type: "module",
  dependencies: {},
  oclif: {
    bin: "chat",
    dirname: "chat",
    topicSeparator: " ",
    flexibleTaxonomy: false,
    additionalHelpFlags: ["-h"],
    additionalVersionFlags: ["-v"],
    topics: Object.fromEntries(
      Object.entries(TOPICS).filter(([topic]) => Object.keys(COMMANDS).some((id) => id.startsWith(`${topic}:`))),
    ),
  },
} as unknown as Interfaces.PJSON;

/** Below the description of every command. */
const EXIT_CODES = `Exit codes: ${Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `${code} ${meaning}`)
  .join(", ")}.`;

/** Only a label: nothing is read below it. */
const root = import.meta.dir;

/** The oclif plugin whose commands are inside the bundle: it looks for no file, and loads a command when it is called. */
class EmbeddedPlugin extends Plugin {
  override async load(): Promise<void> {
    this.type = "core";
    this.isRoot = true;
    this.root = root;
    this.pjson = pjson;
    this.name = this.alias = pjson.name;
    this.version = pjson.version;
    this.moduleType = "module";
    this.hooks = {};
    this.valid = true;
    this.manifest = { ...(manifest as unknown as Interfaces.Manifest), version };
    this.commandIDs = Object.keys(manifest.commands);
    this.commands = Object.entries(this.manifest.commands).map(([id, cached]) => ({
      ...cached,
      description: [cached.description, EXIT_CODES].filter(Boolean).join("\n\n"),
      load: () => this.findCommand(id, { must: true }),
    }));
  }

  override findCommand(id: string, options: { must: true }): Promise<Command.Class>;
  override findCommand(id: string, options?: { must: boolean }): Promise<Command.Class | undefined>;
  override async findCommand(id: string): Promise<Command.Class | undefined> {
    const command = (await COMMANDS[id]?.())?.default;
    if (command) Object.assign(command, { id, plugin: this });
    return command;
  }
}

/** What `Config.load` and `run` take so that they discover nothing by themselves. */
export async function embeddedOptions(): Promise<Interfaces.Options> {
  const plugin = new EmbeddedPlugin({ root, isRoot: true, pjson });
  await plugin.load();
  return { root, pjson, plugins: new Map<string, Plugin>([[plugin.name, plugin]]), devPlugins: false, userPlugins: false };
}
