import { z } from "zod";
import type { EventData } from "../../domain/index.ts";
import { banMember } from "../../domain/moderation/ban-member.ts";
import type { Place } from "../../domain/messages/message.ts";
import { kickMember } from "../../domain/moderation/kick-member.ts";
import { listBans } from "../../domain/moderation/list-bans.ts";
import { resetRateLimit, showRateLimit } from "../../domain/moderation/rate-limit.ts";
import { listModlog, type ModlogRecord, summarizeModlog } from "../../domain/moderation/read-modlog.ts";
import { timeOutMember } from "../../domain/moderation/time-out-member.ts";
import { unbanMember } from "../../domain/moderation/unban-member.ts";
import { binding, Farewell } from "../wire.ts";
import { NUMBER, TEXT } from "./meant.ts";
import { threadId } from "./messages.ts";
import { userId, username } from "./names.ts";
import { complain } from "./sentences.ts";

/** Every frame about somebody names them (reference/originchats.md §2.6). */
const User = TEXT.transform((user, context) => {
  if (typeof user === "string" && user !== "") return user;
  complain(context, "User parameter is required");
  return z.NEVER;
});
const reason = z.string().nullish();
const given = <K extends string, V>(key: K, value: V | null | undefined) =>
  (value === undefined || value === null ? {} : { [key]: value }) as { [k in K]?: V };

/** Ours besides `user`: `reason`, `until` (Unix seconds) and `purge` (seconds back from now whose messages are deleted). */
export const userBan = binding({
  name: "user_ban",
  operation: banMember,
  request: () => z.looseObject({ user: User, reason, until: z.number().nullish(), purge: z.number().nullish() }),
  toInput: (r) => ({
    user: r.user,
    ...given("reason", r.reason),
    ...(typeof r.until === "number" && { until: Math.floor(r.until * 1000) }),
    ...(typeof r.purge === "number" && { purgeMs: Math.floor(r.purge * 1000) }),
  }),
  toReply: ({ user }) => ({ cmd: "user_ban", user: username(user), banned: true }),
});

export const userUnban = binding({
  name: "user_unban",
  operation: unbanMember,
  request: () => z.looseObject({ user: User, reason }),
  toInput: (r) => ({ user: r.user, ...given("reason", r.reason) }),
  toReply: ({ user, unbanned }) => ({ cmd: "user_unban", user: username(user), unbanned }),
});

export const userKick = binding({
  name: "user_kick",
  operation: kickMember,
  request: () => z.looseObject({ user: User, reason }),
  toInput: (r) => ({ user: r.user, ...given("reason", r.reason) }),
  toReply: ({ user }) => ({ cmd: "user_kick", user: username(user), kicked: true }),
});

export const userTimeout = binding({
  name: "user_timeout",
  operation: timeOutMember,
  request: () =>
    z.looseObject({
      user: User,
      timeout: NUMBER.transform((timeout, context) => {
        if (typeof timeout === "number" && Number.isSafeInteger(timeout) && timeout >= 0) return timeout;
        complain(context, "Timeout must be a positive integer");
        return z.NEVER;
      }),
      reason,
    }),
  toInput: (r) => ({ user: r.user, seconds: r.timeout, ...given("reason", r.reason) }),
  toReply: ({ seconds }, { user }) => ({ cmd: "user_timeout", user, timeout: seconds }),
});

export const usersBannedList = binding({
  name: "users_banned_list",
  operation: listBans,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ bans }) => ({ cmd: "users_banned_list", users: bans.map(({ user }) => username(user)) }),
});

export const rateLimitStatus = binding({
  name: "rate_limit_status",
  operation: showRateLimit,
  request: () => z.looseObject({ user: z.string().nullish() }),
  toInput: (r) => given("user", r.user || null),
  toReply: ({ user, inMinute, perMinute, inBurst, burst, cooldownMs }) => ({
    cmd: "rate_limit_status",
    user: username(user),
    status: {
      messages_this_minute: inMinute,
      messages_per_minute_limit: perMinute,
      recent_messages: inBurst,
      burst_limit: burst,
      cooldown_remaining: cooldownMs / 1000,
    },
  }),
});

export const rateLimitReset = binding({
  name: "rate_limit_reset",
  operation: resetRateLimit,
  request: () => z.looseObject({ user: User }),
  toInput: (r) => ({ user: r.user }),
  toReply: ({ user }) => ({
    cmd: "rate_limit_reset",
    user: username(user),
    val: `Rate limit reset for user ${username(user)}`,
  }),
});

/** An entry of the moderation log (reference/originchats.md §5.17). A reason, where one was given, is one of the details. */
const wireEntry = ({ id, action, category, actor, target, reason: why, details, at }: ModlogRecord) => ({
  id,
  action,
  category,
  actor_id: userId(actor),
  actor_name: username(actor),
  target_id: target && userId({ ...target, name: target.name ?? target.id }),
  target_name: target && (target.name === null ? null : username({ ...target, name: target.name })),
  details: { ...details, ...(why !== null && { reason: why }) },
  timestamp: at / 1000,
});

export const modlogGet = binding({
  name: "modlog_get",
  operation: listModlog,
  request: () =>
    z
      .looseObject({
        limit: NUMBER.optional(),
        offset: NUMBER.optional(),
        after: NUMBER.optional(),
        category: z.string().nullish(),
        action: z.string().nullish(),
        actor: z.string().nullish(),
        target: z.string().nullish(),
      })
      .superRefine(({ limit = 100, offset = 0, after = 0 }, context) => {
        const whole = (value: unknown, least: number, most: number) =>
          typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
        if (!whole(limit, 1, 200)) complain(context, "Limit must be between 1 and 200");
        else if (!whole(offset, 0, 1_000_000_000)) complain(context, "Offset must be a non-negative integer");
        else if (after !== null && !(typeof after === "number" && after >= 0 && after <= 8.64e12))
          complain(context, "After must be a valid Unix timestamp");
      }),
  toInput: (r) => ({
    limit: (r.limit as number | undefined) ?? 100,
    offset: (r.offset as number | undefined) ?? 0,
    ...(typeof r.after === "number" && { after: r.after * 1000 }),
    ...given("category", r.category),
    ...given("action", r.action),
    ...given("actor", r.actor),
    ...given("target", r.target),
  }),
  toReply: ({ entries, total }, r) => ({
    cmd: "modlog_get",
    entries: entries.map(wireEntry),
    total,
    offset: r.offset ?? 0,
    limit: r.limit ?? 100,
  }),
});

export const modlogSummary = binding({
  name: "modlog_summary",
  operation: summarizeModlog,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ actions, total }) => {
    const totals: Record<string, number> = {};
    for (const { category, n } of actions) totals[category] = (totals[category] ?? 0) + n;
    return {
      cmd: "modlog_summary",
      action_counts: Object.fromEntries(actions.map(({ category, action, n }) => [`${category}.${action}`, n])),
      category_totals: totals,
      total,
    };
  },
});

export const bindings = [
  userBan,
  userUnban,
  userKick,
  userTimeout,
  usersBannedList,
  rateLimitStatus,
  rateLimitReset,
  modlogGet,
  modlogSummary,
] as const;

/** The web client stops reconnecting only at these words in an `error` (reference/originchats.md §1.9, §10.4). */
const BANNED = "Access denied: You are banned from this server";

/** The last words of the server, then close code 1000. */
export function farewell({ cause, reason: why }: EventData<"session.ended">): Farewell {
  if (cause === "password") return new Farewell([{ cmd: "disconnect", reason: "Your password was changed" }], "password changed");
  const [val, said, close] =
    cause === "ban"
      ? [BANNED, "You have been banned", "banned"]
      : ["You have been kicked from this server", "You have been kicked", "kicked"];
  return new Farewell(
    [
      { cmd: "error", val },
      { cmd: "disconnect", reason: why === null ? said : `${said}: ${why}` },
    ],
    close,
  );
}

/** The web client does not know `rate_limit`; the banner it shows is made from an `error` (reference/originchats.md §10.4). */
export const timeoutFrames = (lastsMs: number): object | object[] =>
  lastsMs === 0
    ? { cmd: "rate_limit", reason: "User timeout lifted", length: 0 }
    : [
        { cmd: "rate_limit", reason: "User timeout set", length: lastsMs },
        { cmd: "error", val: `You are timed out for ${lastsMs / 1000} seconds` },
      ];

/** Clients know no deletion of several messages: one frame each. */
export const purgeFrames = ({ place, ids }: { place: Place; ids: readonly string[] }): object[] =>
  ids.map((id) => ({ cmd: "message_delete", id, channel: place.name, ...threadId(place), global: true }));
