import { Args } from "@oclif/core";

import { ChatCommand } from "./_command.ts";

export default class Completion extends ChatCommand {
  static override summary = "Print a script by which a shell completes commands, flags and rooms.";
  static override examples = [
    "source <(<%= config.bin %> completion bash)",
    "<%= config.bin %> completion bash > /etc/bash_completion.d/chat",
    '<%= config.bin %> completion zsh > "${fpath[1]}/_chat"',
    "<%= config.bin %> completion fish > ~/.config/fish/completions/chat.fish",
  ];
  static override args = { shell: Args.string({ required: true, options: ["bash", "zsh", "fish"], description: "The shell." }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(Completion);
    const { completionScript } = await import("../src/cli/completion.ts");
    const script = completionScript(args.shell as "bash" | "zsh" | "fish");
    this.log(script);
    return { shell: args.shell, script };
  }
}
