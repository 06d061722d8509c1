import { ChatCommand } from "../_command.ts";

export default class DocsExport extends ChatCommand {
  static override summary = "Explain the files of an export.";
  static override description = "Prints Markdown; with --json the tables and their fields.";
  static override examples = ["<%= config.bin %> docs export"];

  async run(): Promise<unknown> {
    await this.parse(DocsExport);
    const [{ exportText }, { TABLES }] = await Promise.all([
      import("../../src/export/described.ts"),
      import("../../src/export/tables.ts"),
    ]);
    this.log(exportText());
    return TABLES.map(({ file, about, secret, fields }) => ({ file, about, secret, fields }));
  }
}
