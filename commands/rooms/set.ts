import { Args, Flags } from "@oclif/core";

import { refuseNothing } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";
import { roomChanges, roomFlags, roomPassword } from "./_room.ts";

export default class RoomsSet extends ChatCommand {
  static override hiddenAliases = ["channels:set"];
  static override summary = "Change a room.";
  static override description = "What no flag names stays as it is. Its messages stay in any case.";
  static override examples = [
    '<%= config.bin %> rooms set general --description "Be kind."',
    "<%= config.bin %> rooms set general --name lobby --position 0",
    '<%= config.bin %> rooms set logs --keep "30 days" --slow-mode 10s',
  ];
  static override args = { room: Args.string({ required: true, description: "Name or id of the room." }) };
  static override flags = {
    name: Flags.string({ helpValue: "<name>", summary: "Another name." }),
    position: Flags.integer({ min: 0, helpValue: "<number>", summary: "Place in the list; 0 is the first." }),
    ...roomFlags,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RoomsSet);
    await using backend = await this.backend(flags);
    const { channel } = await backend.call("channel.show", { channel: args.room });
    const changes = { ...(flags.name && { name: flags.name }), ...roomChanges(flags, channel.rules) };
    if (flags.position === undefined && !flags["password-stdin"])
      refuseNothing(
        changes,
        "--name, --position, --description, --view, --send, --rule, --slow-mode, --user-limit, --keep, --listed or --password-stdin",
      );
    let after = channel;
    if (Object.keys(changes).length > 0)
      ({ channel: after } = await backend.call("channel.update", { channel: channel.id, changes }));
    if (flags["password-stdin"])
      ({ channel: after } = await backend.call("channel.set-password", { channel: channel.id, password: await roomPassword() }));
    if (flags.position !== undefined) {
      const { position } = await backend.call("channel.move", { channel: channel.id, position: flags.position });
      after = { ...after, position };
    }
    this.log(`Changed the room ${after.name}.`);
    return after;
  }
}
