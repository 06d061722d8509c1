import type { Settings } from "../../config/schema.ts";

/** The base address of this server, `https://chat.example.org`: the setting's, else the one by which the client says it reaches us; empty for neither. */
export function publicOrigin({ server }: Pick<Settings, "server">, clients?: string): string {
  const set = server.url.replace(/^ws(s?):/, "http$1:").replace(/\/+$/, "");
  if (set !== "") return /^\w+:\/\//.test(set) ? set : `https://${set}`;
  return clients ?? "";
}
