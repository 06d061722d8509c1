import { Flags } from "@oclif/core";

import { FIRST_CHANNELS } from "../../src/domain/community/first.ts";
import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { fromStandardInput } from "../../src/cli/text-input.ts";
import { seconds, spoken } from "../../src/cli/duration.ts";

/** A channel as the commands show it. */
export interface Room {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly description: string | null;
  readonly position: number;
  readonly rules: Readonly<Record<string, readonly string[] | undefined>>;
  readonly userLimit: number;
  readonly slowMode: number;
  readonly retention: string;
  readonly listed: boolean;
  readonly locked: boolean;
}

/** What rules are about besides --view and --send. */
const OTHER_ACTS = ["delete", "pin", "react", "edit_own", "delete_own", "create_thread"] as const;

/** What can be said of a room when it is made and later. */
export const roomFlags = {
  description: Flags.string({ helpValue: "<text>", summary: "What the room is for; an empty text for nothing." }),
  view: Flags.string({ multiple: true, helpValue: "<role>", summary: "Role that may view it; may come again." }),
  send: Flags.string({ multiple: true, helpValue: "<role>", summary: "Role that may write in it; may come again." }),
  rule: Flags.string({
    multiple: true,
    helpValue: "<act>=<role>",
    summary: `Role that may do something else in it (${OTHER_ACTS.join(", ")}); may come again. "pin=" alone for nobody but the owner.`,
  }),
  "slow-mode": Flags.string({
    helpValue: "<time>",
    summary: "How long a member waits between two messages: 10s, 5m; 0s for not.",
  }),
  "user-limit": Flags.integer({
    min: 0,
    helpValue: "<number>",
    summary: "Most people in a voice room, or at once in a room of the line chat; 0 for no limit.",
  }),
  keep: Flags.string({ helpValue: "<how long>", summary: 'How long messages are kept: forever, none, "last 1000", "30 days".' }),
  listed: Flags.boolean({ allowNo: true, summary: "Whether the line chat names it among its rooms." }),
  "password-stdin": Flags.boolean({ summary: "Read from standard input the password that opens it; an empty one for none." }),
};

type Given = {
  readonly description?: string | undefined;
  readonly view?: string[] | undefined;
  readonly send?: string[] | undefined;
  readonly rule?: string[] | undefined;
  readonly "slow-mode"?: string | undefined;
  readonly "user-limit"?: number | undefined;
  readonly keep?: string | undefined;
  readonly listed?: boolean | undefined;
};

/** The flags as the operations take them; `rules` are those the flags change. */
export function roomChanges(flags: Given, rules: Room["rules"]): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  if (flags.description !== undefined) changes["description"] = flags.description || null;
  if (flags["slow-mode"] !== undefined) changes["slowMode"] = seconds(flags["slow-mode"]);
  if (flags["user-limit"] !== undefined) changes["userLimit"] = flags["user-limit"];
  if (flags.keep !== undefined) changes["retention"] = flags.keep;
  if (flags.listed !== undefined) changes["listed"] = flags.listed;
  const ruled = { ...(flags.view && { view: flags.view }), ...(flags.send && { send: flags.send }), ...otherRules(flags.rule) };
  if (Object.keys(ruled).length > 0) changes["rules"] = { ...rules, ...ruled };
  return changes;
}

function otherRules(given: readonly string[] = []): Record<string, string[]> {
  const rules: Record<string, string[]> = {};
  for (const rule of given) {
    const [, act = "", role = ""] = /^([a-z_]+)=(.*)$/s.exec(rule) ?? [];
    if (!(OTHER_ACTS as readonly string[]).includes(act))
      throw new CommandError(
        `${JSON.stringify(rule)} is no rule; write it like pin=moderator, with one of ${OTHER_ACTS.join(", ")}.`,
        EXIT.usage,
      );
    rules[act] = [...(rules[act] ?? []), ...(role === "" ? [] : [role])];
  }
  return rules;
}

/** What standard input says opens the room; null for nothing. */
export const roomPassword = async (): Promise<string | null> => (await fromStandardInput("The password")) || null;

/** The rules of a room that nobody said anything about: those of the rooms a community starts with. */
export const openRules = (kind: string): Room["rules"] =>
  (FIRST_CHANNELS.find((first) => first.kind === kind) ?? FIRST_CHANNELS[0]!).rules as Room["rules"];

/** Name and value of everything about a room, for people. */
export const roomLines = (room: Room): [string, string][] => [
  ["name", room.name],
  ["id", room.id],
  ["type", room.kind],
  ["position", String(room.position)],
  ["description", room.description ?? ""],
  ["kept", room.retention],
  ["slow mode", room.slowMode ? spoken(room.slowMode) : "off"],
  ...(room.kind === "voice" || room.userLimit
    ? [["user limit", room.userLimit ? String(room.userLimit) : "none"] as [string, string]]
    : []),
  ...(room.locked ? [["password", "yes"] as [string, string]] : []),
  ...(room.listed ? [] : [["line chat", "not listed"] as [string, string]]),
  ...Object.entries(room.rules).map(([action, roles]): [string, string] => [
    `may ${action.replaceAll("_", " ")}`,
    roles?.join(", ") ?? "",
  ]),
];
