import type { Channel } from "../channels/channel.ts";

interface FirstRole {
  readonly name: string;
  readonly description: string;
  readonly color: string | null;
  readonly hoisted: boolean;
  /** The core's twenty and those that clients know besides; what the core does not know has no effect. */
  readonly permissions: readonly string[];
}

/** What a new community starts with, highest first: originChats' own (reference/originchats.md §5.4). */
export const FIRST_ROLES: readonly FirstRole[] = [
  { name: "owner", description: "Stands above all.", color: "#9400D3", hoisted: true, permissions: ["administrator"] },
  {
    name: "admin",
    description: "Runs the server.",
    color: "#FF0000",
    hoisted: true,
    permissions: [
      "administrator",
      "manage_roles",
      "manage_channels",
      "manage_users",
      "manage_server",
      "manage_messages",
      "manage_threads",
      "manage_nicknames",
      "kick_members",
      "ban_members",
      "create_invite",
      "manage_invites",
      "mention_everyone",
      "use_slash_commands",
    ],
  },
  {
    name: "moderator",
    description: "Keeps order in the channels.",
    color: "#FFFF00",
    hoisted: true,
    permissions: [
      "manage_messages",
      "manage_threads",
      "kick_members",
      "manage_nicknames",
      "mute_members",
      "deafen_members",
      "move_members",
      "create_invite",
      "use_slash_commands",
    ],
  },
  {
    name: "user",
    description: "Everybody.",
    color: null,
    hoisted: false,
    permissions: [
      "send_messages",
      "read_message_history",
      "add_reactions",
      "attach_files",
      "embed_links",
      "external_emojis",
      "connect",
      "speak",
      "stream",
      "use_voice_activity",
      "change_nickname",
      "create_invite",
      "use_slash_commands",
    ],
  },
];

const OPEN = {
  view: ["user"],
  send: ["user"],
  delete: ["admin", "moderator"],
  pin: ["admin", "moderator"],
  delete_own: ["user"],
  edit_own: ["user"],
  react: ["user"],
  create_thread: ["user"],
};

export const FIRST_CHANNELS: readonly Pick<Channel, "name" | "kind" | "description" | "rules">[] = [
  { name: "general", kind: "text", description: "For everyone and everything.", rules: OPEN },
  { name: "voice", kind: "voice", description: "Come in and talk.", rules: { view: ["user"], send: ["user"] } },
];
