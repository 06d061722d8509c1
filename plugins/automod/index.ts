import type { Bundled } from "../../src/plugins/bundled.ts";
import type { Asked, Host } from "../../src/plugins/host.ts";
import { Options } from "./options.ts";
import { brokenRule, countsMessages, folded, hasRules, Recent } from "./rules.ts";

const MOST_WORDS = 1000;

/** Keeps messages from being said that break a rule: new ones and edits, in channels and threads, the names of threads, and polls (reference/originchats.md §9.3). */
export default {
  name: "automod",
  version: "1.0.0",
  description: "Keeps out blocked words, links, capitals, floods; times their authors out.",
  options: Options,
  enabledByDefault: true,
  rights: {
    operations: ["message.send", "message.edit", "poll.create", "thread.create", "thread.update", "member.timeout", "user.show"],
    permissions: ["manage_users", "manage_messages"],
    storage: 262_144,
  },
  async start(host) {
    const { options } = host;
    const recent = new Recent();
    const state = { added: ((await host.store.get("words")) ?? []) as string[], on: (await host.store.get("on")) !== false };
    const words = () => [...options.words, ...state.added];

    const counts = countsMessages(options);
    /** Answers at once where no rule is broken, as with nearly every message: a promise for each would cost more than the rules. */
    const examine = (fast: boolean) => (call: Asked) => {
      const { actor, input } = call;
      const counted = fast && counts;
      if (!state.on || actor.kind !== "user" || !(counted || hasRules(options, state.added))) return undefined;
      const text = textsIn(input).join("\n");
      const reason =
        brokenRule(text, options, words()) ?? (counted ? recent.note(actor.id, text, host.clock.now(), options) : undefined);
      return reason && act(call, reason);
    };
    const act = async ({ actor, input }: Asked, reason: string): Promise<void> => {
      if (await holds(host, actor.id, options.exempt)) return;
      host.log.info("automod.acted", { user: actor.name, channel: input.channel, reason });
      const full = `Automoderation: Message ${reason}`;
      if (options.timeout > 0)
        await quietly(() => host.call("member.timeout", { user: actor.id, seconds: options.timeout, reason: full }));
      const said = options.message.replaceAll("{username}", actor.name).replaceAll("{reason}", full);
      if (said)
        await quietly(() =>
          host.call("message.send", {
            ...(input.channel && { channel: input.channel }),
            ...(input.thread && { thread: input.thread }),
            content: said,
            as: { name: "AutoMod" },
          }),
        );
      if (options.delete) host.refuse(full);
    };
    host.before("message.send", examine(true), { priority: 100 });
    for (const operation of ["message.edit", "poll.create", "thread.create", "thread.update"])
      host.before(operation, examine(false), { priority: 100 });

    host.slash({
      name: "automod",
      description: "Blocked words: add, remove, list, clear, status, enable, disable",
      options: [
        {
          name: "action",
          description: "What to do",
          type: "enum",
          choices: ["add", "remove", "list", "clear", "status", "enable", "disable"],
        },
        { name: "word", description: "The word or words", required: false },
      ],
      async run({ actor, args }) {
        if (actor.kind !== "console" && !(await holds(host, actor.id, options.operators)))
          host.refuse("Access denied: this command is for moderators of words");
        return manage(args["action"]!.trim(), (args["word"] ?? "").trim());
      },
    });

    const keep = async (added: string[]) => {
      await host.store.set("words", added);
      state.added = added;
    };
    const manage = async (action: string, word: string): Promise<string> => {
      if (action === "list")
        return words().length > 0
          ? `Blocked: ${words()
              .map((one) => `||${one}||`)
              .join(", ")}`.slice(0, 1900)
          : "No words are blocked.";
      if (action === "status")
        return `Automod is ${state.on ? "on" : "off"}, with ${words().length} blocked words and a timeout of ${options.timeout} seconds.`;
      if (action === "enable" || action === "disable") {
        state.on = action === "enable";
        await host.store.set("on", state.on);
        return `Automod is ${state.on ? "on" : "off"}.`;
      }
      if (action === "clear") {
        await keep([]);
        return options.words.length > 0
          ? "The words that were added are cleared; those of the settings stay."
          : "No words are blocked any more.";
      }
      if (word === "" || word.length > 100) host.refuse("A word of 1 to 100 characters is required");
      if (action === "add") {
        if (words().some((one) => folded(one) === folded(word))) return "That word is blocked already.";
        if (state.added.length >= MOST_WORDS) host.refuse(`At most ${MOST_WORDS} words can be added`);
        await keep([...state.added, word]);
        return "The word is blocked.";
      }
      if (action === "remove") {
        const left = state.added.filter((one) => folded(one) !== folded(word));
        if (left.length === state.added.length) host.refuse("That word was not added here");
        await keep(left);
        return "The word is not blocked any more.";
      }
      return host.refuse("Action must be add, remove, list, clear, status, enable or disable");
    };
  },
} satisfies Bundled<typeof Options>;

async function holds(host: Host, user: string, roles: readonly string[]): Promise<boolean> {
  if (roles.length === 0) return false;
  const { member } = await host.call("user.show", { user });
  return (member?.roles ?? []).some((role: string) => roles.includes(role));
}

/** The message is refused all the same where the author stands too high to be timed out. */
async function quietly(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (why) {
    if (!(why as { reason?: string }).reason) throw why;
  }
}

/** What people would read: of a message, a poll, a thread. */
const textsIn = ({ content, name, changes, question, options, embeds }: any): string[] =>
  [
    content,
    name,
    changes?.name,
    question,
    ...(options ?? []).map(({ text }: any) => text),
    ...(embeds ?? []).flatMap(textsOf),
  ].filter((text) => typeof text === "string");

const textsOf = (embed: any): string[] => [
  ...[embed?.title, embed?.description, embed?.footer?.text, embed?.author?.name].filter((text) => typeof text === "string"),
  ...(embed?.fields ?? []).flatMap(({ name, value }: any) => [name, value]),
];
