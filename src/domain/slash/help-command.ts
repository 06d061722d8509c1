import type { ServerCommand } from "./server-command.ts";

/** An answer that every client shows whole. */
const LONGEST = 1900;

export const helpCommand: ServerCommand = {
  name: "help",
  description: "Show the commands you can use here",
  options: [],
  ephemeral: true,
  async run(_call, _member, _args, usable) {
    const lines = ["**Commands you can use**"];
    let length = lines[0]!.length;
    const commands = usable();
    for (const [index, { name, description, options }] of commands.entries()) {
      const asks = options.map((option) => (option.required ? ` <${option.name}>` : ` [${option.name}]`)).join("");
      const line = `/${name}${asks}${description && ` – ${description}`}`;
      length += line.length + 1;
      if (length > LONGEST) {
        lines.push(`… and ${commands.length - index} more`);
        break;
      }
      lines.push(line);
    }
    return lines.join("\n");
  },
};
