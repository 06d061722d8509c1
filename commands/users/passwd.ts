import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { fileFlag } from "../../src/cli/files.ts";
import { password } from "../../src/cli/text-input.ts";

export default class UsersPasswd extends ChatCommand {
  static override summary = "Give a local account a new password.";
  static override description = "It is asked for, or read from standard input or a file; it is never an argument.";
  static override examples = [
    "<%= config.bin %> users passwd alice",
    "<%= config.bin %> users passwd alice --password-file alice.txt",
  ];
  static override args = { user: Args.string({ required: true, description: "Name or id of the account." }) };
  static override flags = {
    "password-file": fileFlag({ summary: "File that holds the password." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(UsersPasswd);
    const secret = await password(flags["password-file"]);
    const { user } = await this.once(flags, "account.set-password", { user: args.user, password: secret });
    this.log(`${user.name} has a new password.`);
    return user;
  }
}
