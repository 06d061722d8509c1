import { homedir } from "node:os";
import { basename, join } from "node:path";

import { bytes } from "../cli/table.ts";
import { type ClientCommand, meant, needed } from "./command.ts";
import type { Conversation } from "./conversation.ts";
import { fetchFile, sendFile } from "./files.ts";
import { Refused } from "./refused.ts";

/** What a person means by a path; a shell is not there to read it. */
const pathOf = (given: string): string => (/^~(?=\/|$)/.test(given) ? join(homedir(), given.slice(1)) : given);

const split = (words: string): readonly [path: string, rest: string] => {
  const [, quoted, plain, rest = ""] = /^(?:"([^"]+)"|(\S+))\s*([^]*)$/.exec(words) ?? [];
  return [quoted ?? plain ?? "", rest];
};
const server = ({ of: { url, ca }, token }: Conversation) => ({ url, ca, token });

export const FILE_COMMANDS: readonly ClientCommand[] = [
  {
    name: "upload",
    takes: "<path> [text]",
    does: 'send a file; a path with spaces in "…"',
    async run(chat, rest) {
      const [given, text] = split(needed(rest, "the path of a file"));
      const { room } = chat;
      const { channel } = chat.placeIn(room);
      const path = pathOf(given);
      chat.notice(`Sending ${basename(path)}…`);
      const file = await sendFile(server(chat), channel, path);
      await chat.post(text, { attachments: [{ id: file.id }] }, room);
    },
  },
  {
    name: "save",
    takes: "[which] <path> [number]",
    does: "keep a message's file as the path you give",
    async run(chat, rest) {
      const { message, words } = meant(chat, rest, "with files");
      const [given, number] = split(needed(words, "the path to keep it as"));
      const file = message.attachments?.[(Number(number) || 1) - 1];
      if (!file) throw new Refused("That message has no such file.");
      const path = pathOf(given);
      const kept = await fetchFile(server(chat), file.id, path);
      chat.notice(`Kept ${bytes(kept)} as ${path}.`);
    },
  },
];
