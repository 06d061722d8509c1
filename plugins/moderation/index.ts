import { z } from "zod";
import type { Bundled } from "../../src/plugins/bundled.ts";
import type { Host, SlashCall, SlashOption } from "../../src/plugins/host.ts";

const Options = z.lazy(() =>
  z.object({
    /** Most messages that one /purge deletes. */
    mostPurged: z.number().int().min(1).max(100).default(50),
  }),
);

const username: SlashOption = { name: "username", description: "The user" };
const reason: SlashOption = { name: "reason", description: "Why", required: false };
const because = ({ args }: SlashCall) => (args["reason"]?.trim() ? { reason: args["reason"].trim() } : {});
const reasonLine = ({ args }: SlashCall) => (args["reason"]?.trim() ? `\n**Reason:** ${args["reason"].trim()}` : "");

/** Slash commands of moderators. Each does what the caller themselves may do, and no more (reference/originchats.md §9.4). */
export default {
  name: "moderation",
  version: "1.0.0",
  description: "Slash commands for moderators: ban, kick, mute, roles, purge, slow mode; and /nick for everybody.",
  options: Options,
  enabledByDefault: true,
  rights: {
    operations: [
      "member.ban",
      "member.unban",
      "member.kick",
      "member.timeout",
      "member.rename",
      "role.grant",
      "role.revoke",
      "message.list",
      "message.delete",
      "channel.update",
    ],
  },
  start(host) {
    const { mostPurged } = host.options;

    host.slash({
      name: "ban",
      description: "Ban a user from the server",
      options: [username, reason],
      async run(call) {
        const user = named(host, call);
        await spoken(host, user, () => call.call("member.ban", { user, ...because(call) }));
        return `🚫 **${user}** has been banned.${reasonLine(call)}`;
      },
    });
    host.slash({
      name: "unban",
      description: "Lift the ban of a user",
      options: [username],
      async run(call) {
        const user = named(host, call);
        const { unbanned } = await spoken(host, user, () => call.call("member.unban", { user }));
        if (!unbanned) host.refuse(`User '${user}' is not banned`);
        return `✅ **${user}** has been unbanned.`;
      },
    });
    host.slash({
      name: "kick",
      description: "Show a user out; they may come back",
      options: [username, reason],
      async run(call) {
        const user = named(host, call);
        await spoken(host, user, () => call.call("member.kick", { user, ...because(call) }));
        return `👢 **${user}** has been kicked.${reasonLine(call)}`;
      },
    });
    host.slash({
      name: "mute",
      description: "Keep a user from speaking for some seconds",
      options: [username, { name: "duration", description: "Seconds", type: "int" }, reason],
      async run(call) {
        const user = named(host, call);
        const seconds = wholeNumber(host, call.args["duration"], "Duration", 1);
        await spoken(host, user, () =>
          call.call("member.timeout", {
            user,
            seconds,
            reason: `Muted${call.args["reason"]?.trim() ? `: ${call.args["reason"].trim()}` : ""}`,
          }),
        );
        return `🔇 **${user}** has been muted for ${seconds} seconds.${reasonLine(call)}`;
      },
    });
    host.slash({
      name: "unmute",
      description: "Let a user speak again",
      options: [username],
      async run(call) {
        const user = named(host, call);
        await spoken(host, user, () => call.call("member.timeout", { user, seconds: 0 }));
        return `🔊 **${user}** has been unmuted.`;
      },
    });
    host.slash({
      name: "nick",
      description: "Change your nickname, or clear it",
      options: [{ name: "nickname", description: "At most 20 characters; nothing to clear it", required: false }],
      async run(call) {
        const nickname = call.args["nickname"]?.trim() || null;
        const { before } = await call.call("member.rename", { nickname });
        if (nickname) return `Nickname set to **${nickname}**`;
        return before ? "Nickname cleared" : "You have no nickname; give one to set it";
      },
    });
    host.slash({
      name: "role",
      description: "Give a user a role, or take it",
      options: [
        { name: "action", description: "add or remove", type: "enum", choices: ["add", "remove"] },
        username,
        { name: "role", description: "Name of the role" },
      ],
      async run(call) {
        const user = named(host, call);
        const role = (call.args["role"] ?? "").trim();
        const action = call.args["action"];
        if (action !== "add" && action !== "remove") host.refuse("Action must be add or remove");
        await spoken(host, user, () => call.call(action === "add" ? "role.grant" : "role.revoke", { user, role }));
        return action === "add"
          ? `✅ **${user}** now has the role **${role}**.`
          : `✅ **${user}** no longer has the role **${role}**.`;
      },
    });
    host.slash({
      name: "purge",
      description: "Delete the newest messages of this channel",
      options: [
        { name: "count", description: `How many, at most ${mostPurged}`, type: "int" },
        { name: "username", description: "Only those of this user", required: false },
      ],
      async run(call) {
        const count = wholeNumber(host, call.args["count"], "Count", 1, mostPurged);
        const only = call.args["username"] ? bare(call.args["username"]) : undefined;
        const { messages } = await call.call("message.list", { channel: call.channel, limit: only ? 200 : count });
        const wanted = (messages as any[])
          .filter(({ author }) => only === undefined || author.name.toLowerCase() === only.toLowerCase())
          .slice(-count);
        for (const { id } of wanted) await call.call("message.delete", { channel: call.channel, id });
        return `🧹 ${wanted.length} ${wanted.length === 1 ? "message was" : "messages were"} deleted.`;
      },
    });
    host.slash({
      name: "slowmode",
      description: "Seconds between two messages of one member in this channel; 0 for none",
      options: [{ name: "seconds", description: "0 to 21600", type: "int" }],
      async run(call) {
        const slowMode = wholeNumber(host, call.args["seconds"], "Seconds", 0, 21_600);
        await call.call("channel.update", { channel: call.channel, changes: { slowMode } });
        return slowMode > 0 ? `🐢 One message every ${slowMode} seconds.` : "🐇 Slow mode is off.";
      },
    });
  },
} satisfies Bundled<typeof Options>;

/** `@bob` and `USR:local_bob` are bob. */
const bare = (name: string): string =>
  name
    .trim()
    .replace(/^@/, "")
    .replace(/^USR:local_/i, "");

function named(host: Host, { args }: SlashCall): string {
  const user = (args["username"] ?? "").trim().replace(/^@/, "");
  if (user === "") host.refuse("Username is required");
  return user;
}

function wholeNumber(host: Host, text: string | undefined, what: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (!text?.trim()) host.refuse(`${what} is required`);
  const value = Number(text);
  if (!Number.isInteger(value)) host.refuse(`${what} must be a valid number`);
  if (value < least) host.refuse(least === 1 ? `${what} must be a positive number` : `${what} must be at least ${least}`);
  if (value > most) host.refuse(`${what} must be at most ${most}`);
  return value;
}

/** Says the chat's refusals in the sentences that people know these commands by. */
async function spoken(host: Host, user: string, act: () => Promise<any>): Promise<any> {
  try {
    return await act();
  } catch (why) {
    const { reason: said } = why as { reason?: string };
    if (said === "user") host.refuse(`User '${user}' not found`);
    if (said === "member.owner") host.refuse("Nobody can do this to the server owner");
    throw why;
  }
}
