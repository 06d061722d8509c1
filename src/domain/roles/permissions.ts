/** The core's permissions: the twenty that originChats announces, in its order (reference/originchats.md §5.5). */
export const PERMISSIONS = [
  "administrator",
  "manage_server",
  "view_audit_log",
  "manage_roles",
  "manage_channels",
  "manage_threads",
  "manage_users",
  "manage_messages",
  "read_message_history",
  "send_messages",
  "embed_links",
  "attach_files",
  "add_reactions",
  "external_emojis",
  "connect",
  "speak",
  "stream",
  "use_voice_activity",
  "mention_everyone",
  "use_slash_commands",
] as const;
export type Permission = (typeof PERMISSIONS)[number];
/** Rights beside the twenty that the roles of originChats' clients carry, and that operations here ask for (reference/originchats.md §5.4). */
export type Right = Permission | "ban_members" | "kick_members" | "mute_members" | "move_members";

/** What a channel's rules speak about. */
export const CHANNEL_ACTIONS = ["view", "send", "delete", "delete_own", "edit_own", "react", "pin", "create_thread"] as const;
export type ChannelAction = (typeof CHANNEL_ACTIONS)[number];
/** Action → role names; `!role` denies. */
export type ChannelRules = Partial<Record<ChannelAction, readonly string[]>>;

/** The name of the role that stands above all. */
export const OWNER = "owner";

export interface HeldRole {
  readonly id: string;
  readonly name: string;
  /** 0 is the highest. */
  readonly position: number;
  readonly color: string | null;
  /** Taken by members themselves; gives no rank. */
  readonly selfAssignable: boolean;
  readonly permissions: readonly string[];
}
/** What the engine needs to know of somebody. Roles in the order in which they are held. */
export interface Holder {
  /** Guests where guests may only read: whatever their roles say, they view and do nothing else. */
  readonly readOnly?: boolean;
  readonly roles: readonly HeldRole[];
}

/** The answer and why, in words for an operator. */
export interface Decision {
  readonly allowed: boolean;
  readonly because: string;
}
const yes = (because: string): Decision => ({ allowed: true, because });
const no = (because: string): Decision => ({ allowed: false, because });

export const isOwner = (holder: Holder): boolean => holder.roles.some((role) => role.name === OWNER);

/** May they do this in the community at large? */
export function decide(holder: Holder, permission: Right): Decision {
  if (holder.readOnly) return no("guests may only read here");
  if (isOwner(holder)) return yes("the role owner stands above all");
  for (const role of holder.roles) {
    if (role.permissions.includes("administrator")) return yes(`the role ${role.name} is administrator`);
    if (role.permissions.includes(permission)) return yes(`the role ${role.name} has ${permission}`);
  }
  return no(`none of their roles has ${permission}`);
}

/** What holds where a channel has no rules at all, and, per action, where its rules are silent (reference/originchats.md §5.5). */
const WITHOUT_RULES = {
  view: [OWNER],
  send: [OWNER],
  delete: [OWNER],
  pin: [OWNER],
  create_thread: [OWNER],
  delete_own: ["user"],
  edit_own: ["user"],
  react: ["user"],
} satisfies ChannelRules;
/** The rules of a channel that was made without any: as {@link WITHOUT_RULES}, written down. */
export const OWNER_ONLY: Required<{ [A in ChannelAction]: string[] }> = WITHOUT_RULES;
/** A permission that stands in for a channel rule that says nothing about somebody. */
const STANDS_IN: Partial<Record<ChannelAction, Permission>> = { delete: "manage_messages", pin: "manage_messages" };

/**
 * May they do this in a channel with these rules? The first of their roles that the rule names decides, `!role` against them;
 * the owner may always; a role's `manage_messages` moderates wherever no rule denies it.
 */
export function decideIn(holder: Holder, rules: ChannelRules, action: ChannelAction): Decision {
  if (holder.readOnly && action !== "view") return no("guests may only read here");
  if (isOwner(holder)) return yes("the role owner stands above all");
  const named: readonly string[] = rules[action] ?? WITHOUT_RULES[action];
  for (const role of holder.roles) {
    if (named.includes(`!${role.name}`)) return no(`the channel's rule ${action} denies the role ${role.name}`);
    if (named.includes(role.name)) return yes(`the channel's rule ${action} names the role ${role.name}`);
  }
  const standIn = STANDS_IN[action];
  if (standIn) {
    const decision = decide(holder, standIn);
    if (decision.allowed) return decision;
  }
  return no(`the channel's rule ${action} names none of their roles`);
}

/** The best (smallest) position among the roles they were given; somebody without any stands below everybody. */
export const rank = (holder: Holder): number =>
  isOwner(holder)
    ? -1
    : holder.roles.reduce((best, role) => (role.selfAssignable ? best : Math.min(best, role.position)), Number.MAX_SAFE_INTEGER);

/** Nobody acts on somebody who stands as high as themselves. */
export const outranks = (holder: Holder, target: Holder): boolean => rank(holder) < rank(target);
