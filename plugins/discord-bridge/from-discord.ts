import type { Host } from "../../src/plugins/host.ts";
import type { Bridged } from "./options.ts";
import type { Pairs } from "./pairs.ts";

/** As far as it is read of what Discord tells. */
export interface Incoming {
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly channel_id?: string;
  readonly webhook_id?: string;
  readonly content?: string;
  readonly author?: {
    readonly id: string;
    readonly username: string;
    readonly global_name?: string | null;
    readonly avatar?: string | null;
  };
  readonly member?: { readonly nick?: string | null };
  readonly mentions?: readonly { readonly id: string; readonly username: string }[];
  readonly attachments?: readonly { readonly url: string }[];
}

const LONGEST = 1900;

/** Says here what is said there. What was heard twice is said once. */
export function fromDiscord(host: Host, pairs: Pairs) {
  return async (type: string, data: Incoming, { channel }: Bridged): Promise<void> => {
    if (type === "MESSAGE_CREATE" && data.id && data.author) {
      if (await pairs.here(data.id)) return;
      const content = textOf(data);
      if (content === "") return;
      const { message } = await host.call("message.send", {
        channel,
        content,
        nonce: `discord ${data.id}`,
        as: { name: nameOf(data), avatar: pictureOf(data) },
      });
      await pairs.keep({ here: message.id, there: data.id });
    } else if (type === "MESSAGE_UPDATE" && data.id && data.content !== undefined) {
      const id = await pairs.here(data.id);
      const content = textOf(data);
      if (id && content !== "") await host.call("message.edit", { channel, id, content });
    } else if (type === "MESSAGE_DELETE" || type === "MESSAGE_DELETE_BULK") {
      for (const one of data.ids ?? (data.id ? [data.id] : [])) {
        const id = await pairs.here(one);
        if (!id) continue;
        await pairs.forget(id);
        await host.call("message.delete", { channel, id });
      }
    }
  };
}

const nameOf = ({ author, member }: Incoming): string =>
  (member?.nick || author?.global_name || author?.username || "Discord").slice(0, 80);
const pictureOf = ({ author }: Incoming): string | null =>
  author?.avatar && /^\w{1,64}$/.test(author.avatar) && /^\d{1,25}$/.test(author.id)
    ? `https://cdn.discordapp.com/avatars/${author.id}/${author.avatar}.png`
    : null;

/** The text with names for ids; nobody here is called upon by it. */
function textOf({ content = "", mentions = [], attachments = [] }: Incoming): string {
  const names = new Map(mentions.map(({ id, username }) => [id, username]));
  const said = content
    .replace(/<@!?(\d+)>/g, (_, id: string) => `@${names.get(id) ?? "somebody"}`)
    .replace(/<@&\d+>/g, "@role")
    .replace(/<#\d+>/g, "#channel")
    .replace(/<a?(:\w+:)\d+>/g, "$1")
    .replaceAll("@", "@\u200b");
  const files = attachments.map(({ url }) => url).filter((url) => url.startsWith("https://"));
  const cut = said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
  return [cut, ...files]
    .join("\n")
    .trim()
    .slice(0, LONGEST + 500);
}
