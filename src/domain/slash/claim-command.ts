import { claim } from "../community/ownership.ts";
import type { ServerCommand } from "./server-command.ts";

/** By it a newcomer becomes the owner with nothing but a chat client. */
export const claimCommand: ServerCommand = {
  name: "claim",
  description: "Become the owner of this server with the code it showed at its first start",
  options: [{ name: "code", description: "The one-time code", type: "str", choices: null, required: true }],
  async run(call, member, { code }) {
    await claim(call, member, code!.trim());
    return `**${member.nickname ?? member.user.name}** is now the owner of this server.`;
  },
};
