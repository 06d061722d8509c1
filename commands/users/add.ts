import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";
import { fileFlag } from "../../src/cli/files.ts";
import { password } from "../../src/cli/text-input.ts";

export default class UsersAdd extends ChatCommand {
  static override summary = "Make a local account.";
  static override description =
    "The password is asked for, or read from standard input or a file; it is never an argument, where others could read it. Ends with 5 when the name is taken.";
  static override examples = [
    "<%= config.bin %> users add alice",
    "pwgen 20 1 | tee alice.txt | <%= config.bin %> users add alice",
    "<%= config.bin %> users add alice --password-file alice.txt --role moderator",
  ];
  static override args = { name: Args.string({ required: true, description: "Name of the account." }) };
  static override flags = {
    "password-file": fileFlag({ summary: "File that holds the password." }),
    role: Flags.string({
      multiple: true,
      helpValue: "<role>",
      summary: "Role besides those every newcomer has; may come again.",
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(UsersAdd);
    const secret = await password(flags["password-file"]);
    await using backend = await this.backend(flags);
    let { member } = await backend.call("account.create", { name: args.name, password: secret });
    for (const role of flags.role ?? []) ({ member } = await backend.call("role.grant", { user: member.user.id, role }));
    this.log(`Made the account ${member.user.name} with ${member.roles.join(", ") || "no roles"}.`);
    return member;
  }
}
