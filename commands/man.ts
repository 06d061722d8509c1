import { ChatCommand } from "./_command.ts";

export default class Man extends ChatCommand {
  static override summary = "Print the manual page.";
  static override examples = ["<%= config.bin %> man | man -l -", "<%= config.bin %> man > /usr/local/share/man/man1/chat.1"];

  async run(): Promise<unknown> {
    await this.parse(Man);
    const { manPage } = await import("../src/cli/man-page.ts");
    const page = manPage();
    this.log(page.trimEnd());
    return { page };
  }
}
