import { Embed } from "../../domain/messages/embed.ts";
import { isRaw, momentOf, type Raw, textOf, textsOf } from "./values.ts";
import { storable } from "../../kernel/storable.ts";

/** A message as any era wrote it (reference/originchats.md §5.7), with nothing looked up yet. */
export interface SourceMessage {
  readonly id: string | undefined;
  readonly author: string;
  readonly content: string;
  readonly at: number | undefined;
  readonly edited: boolean;
  readonly pinned: boolean;
  readonly replyTo: { readonly id: string; readonly author: string | undefined } | undefined;
  readonly replyPing: boolean;
  readonly reactions: readonly (readonly [emoji: string, by: readonly string[]])[];
  readonly embeds: readonly Embed[];
  readonly attachments: readonly Raw[];
  readonly webhook: { readonly id: string; readonly name: string; readonly avatar: string | null } | undefined;
  readonly interaction: { readonly command: string; readonly username: string } | undefined;
  /** What was not as it should be, and left out or replaced. */
  readonly defects: readonly string[];
}

const LONGEST = 100_000;
const MOST_EMBEDS = 10;
const MOST_ATTACHMENTS = 10;
const MOST_REACTIONS = 200;
const ID = /^[\w:.-]{1,100}$/;

/** Undefined where there is no author or nothing was said. */
export function sourceMessage(raw: unknown): SourceMessage | undefined {
  if (!isRaw(raw)) return undefined;
  const author = textOf(raw["user"], 200);
  const content = textOf(raw["content"], LONGEST);
  if (!author || (content === undefined && !Array.isArray(raw["embeds"]) && !Array.isArray(raw["attachments"]))) return undefined;
  const defects: string[] = [];
  if (typeof raw["content"] === "string" && raw["content"].length > LONGEST) defects.push(`more than ${LONGEST} characters, cut`);
  const id = textOf(raw["id"], 200);
  if (id !== undefined && !ID.test(id)) defects.push("an id that is none");
  const at = momentOf(raw["timestamp"]);
  if (at === undefined) defects.push("no time");
  const embeds: Embed[] = [];
  for (const one of Array.isArray(raw["embeds"]) ? raw["embeds"] : []) {
    const embed = Embed.safeParse(storable(one));
    if (embed.success && embeds.length < MOST_EMBEDS) embeds.push(embed.data);
    else defects.push("an embed against the rules");
  }
  const attachments = (Array.isArray(raw["attachments"]) ? raw["attachments"] : []).filter(isRaw).slice(0, MOST_ATTACHMENTS);
  const reply = isRaw(raw["reply_to"]) ? raw["reply_to"] : undefined;
  const replyId = textOf(reply?.["id"], 100);
  const webhook = isRaw(raw["webhook"]) ? raw["webhook"] : undefined;
  const interaction = isRaw(raw["interaction"]) ? raw["interaction"] : undefined;
  const reactions = isRaw(raw["reactions"]) ? Object.entries(raw["reactions"]).slice(0, MOST_REACTIONS) : [];
  return {
    id: id !== undefined && ID.test(id) ? id : undefined,
    author,
    content: content ?? "",
    at,
    edited: raw["edited"] === true,
    pinned: raw["pinned"] === true,
    replyTo: replyId ? { id: replyId, author: textOf(reply?.["user"], 200) } : undefined,
    replyPing: raw["ping"] !== false,
    reactions: reactions.map(([emoji, by]) => [textOf(emoji, 500)!, [...new Set(textsOf(by))]] as const),
    embeds,
    attachments,
    webhook: webhook && {
      id: textOf(webhook["id"], 100) ?? "",
      name: textOf(webhook["name"], 200) ?? "",
      avatar: textOf(webhook["avatar"], 2000) ?? null,
    },
    interaction: interaction && {
      command: textOf(interaction["command"], 200) ?? "",
      username: textOf(interaction["username"], 200) ?? "",
    },
    defects,
  };
}
