import type { Embed } from "../../domain/messages/embed.ts";
import { Batch } from "../../storage/store.ts";
import { commit, type Import, SLICE } from "./import.ts";
import { messageNumbers, presentPolls, putPoll, putVote } from "./statements.ts";
import type { People } from "./users.ts";
import { isRaw, momentOf, type Raw, slices, textOf } from "./values.ts";

interface Poll {
  readonly id: string;
  readonly raw: Raw;
  readonly question: string;
  readonly options: readonly { readonly id: string; readonly text: string; readonly emoji: string | null }[];
  /** The id its message has here. */
  message: string;
}

const FILE = "polls.json";
const VOTES = "poll_votes.json";

/** Polls and their votes, joined with their messages by `message_id` (reference/originchats.md §5.15). */
export class Polls {
  readonly #byMessage = new Map<string, Poll>();
  private constructor(private readonly job: Import) {}

  static async open(job: Import): Promise<Polls> {
    const { tally, folder } = job;
    const polls = new Polls(job);
    for (const [id, raw] of Object.entries(await folder.record(FILE))) {
      tally.count("polls", "read");
      const message = isRaw(raw) ? textOf(raw["message_id"], 100) : undefined;
      const options = isRaw(raw) ? optionsOf(raw["options"]) : [];
      const skip = (what: string) => tally.skip("polls", folder.shown(FILE), undefined, what);
      if (!isRaw(raw) || message === undefined || id === "" || id.length > 100)
        skip(`the poll ${JSON.stringify(id.slice(0, 100))} names no message`);
      else if (options.length < 2) skip(`the poll ${id} has nothing to choose from`);
      else if (polls.#byMessage.has(message)) skip(`a second poll of the message ${message}`);
      else polls.#byMessage.set(message, { id, raw, question: textOf(raw["question"], 300) ?? "", options, message });
    }
    return polls;
  }

  /** Told where a message of the source stands that was imported before. */
  bornBy(sourceId: string, id: string): void {
    const poll = this.#byMessage.get(sourceId);
    if (poll) poll.message = id;
  }

  /** The embeds of a message; that of a poll names the poll, which the reference forgot and clients look for. */
  embedsOf(sourceId: string, id: string, embeds: readonly Embed[]): readonly Embed[] {
    const poll = this.#byMessage.get(sourceId);
    if (!poll) return embeds;
    poll.message = id;
    const { question, options, raw } = poll;
    const named = {
      id: poll.id,
      question,
      options: options.map(({ id: option, text, emoji }) => ({ id: option, text, ...(emoji !== null && { emoji }) })),
      allow_multiselect: raw["allow_multiselect"] === true,
      expires_at: seconds(raw["expires_at"]),
    };
    const at = embeds.findIndex((embed) => embed.type === "poll" || embed.poll !== undefined);
    if (at < 0) return [{ type: "poll", title: question.slice(0, 256), poll: named } as Embed, ...embeds];
    return embeds.map((embed, index) => (index === at ? { ...embed, poll: named } : embed));
  }

  /** Once all messages are there. */
  async write(people: People): Promise<void> {
    const { tally, folder, target } = this.job;
    const { store } = target;
    const votes = await folder.record(VOTES);
    const file = folder.shown(FILE);
    const seen = new Set<string>();
    for (const some of slices([...this.#byMessage.values()], SLICE)) {
      const messages = new Set(
        (await store.all(messageNumbers, { ids: some.map(({ message }) => message) })).map(({ id }) => id),
      );
      const there = new Set((await store.all(presentPolls, { ids: some.map(({ id }) => id) })).map(({ id }) => id));
      const batch = new Batch();
      for (const poll of some) {
        seen.add(poll.id);
        const cast = Array.isArray(votes[poll.id]) ? (votes[poll.id] as unknown[]) : [];
        const countVotes = (how: "present" | "skipped") => {
          tally.count("votes", "read", cast.length);
          tally.count("votes", how, cast.length);
        };
        if (there.has(poll.id)) {
          tally.count("polls", "present");
          countVotes("present");
          continue;
        }
        if (!messages.has(poll.message)) {
          tally.skip("polls", file, undefined, `the message of the poll ${poll.id} is gone`);
          countVotes("skipped");
          continue;
        }
        const { raw } = poll;
        const expiresAt = momentOf(raw["expires_at"]) ?? null;
        batch.add(putPoll, {
          id: poll.id,
          message: poll.message,
          question: poll.question,
          options: JSON.stringify(poll.options),
          multiple: raw["allow_multiselect"] === true ? 1 : 0,
          expiresAt,
          endedAt: raw["ended"] === true ? (momentOf(raw["ended_at"]) ?? expiresAt ?? target.now) : null,
        });
        tally.count("polls", "written");
        this.#addVotes(batch, poll, cast, people);
      }
      await commit(store, batch);
    }
    for (const [id, cast] of Object.entries(votes)) {
      if (seen.has(id) || !Array.isArray(cast) || !cast.length) continue;
      tally.count("votes", "read", cast.length);
      tally.count("votes", "skipped", cast.length);
      tally.find(folder.shown(VOTES), undefined, `votes in the poll ${JSON.stringify(id)}, which is not there`, "left out");
    }
  }

  #addVotes(batch: Batch, poll: Poll, cast: readonly unknown[], people: People): void {
    const { tally, folder, target } = this.job;
    const choices = new Set(poll.options.map(({ id }) => id));
    const given = new Set<string>();
    for (const vote of cast) {
      tally.count("votes", "read");
      const choice = isRaw(vote) ? (textOf(vote["option_id"], 50) ?? String(vote["option_id"])) : "";
      const user = isRaw(vote) ? textOf(vote["user_id"], 200) : undefined;
      if (!isRaw(vote) || user === undefined || !choices.has(choice)) {
        tally.skip("votes", folder.shown(VOTES), undefined, `a vote for no option of the poll ${poll.id}`);
        continue;
      }
      const who = people.author(user).id;
      const key = `${who}\0${choice}`;
      if (given.has(key)) {
        tally.skip("votes", folder.shown(VOTES), undefined, `the same vote twice in the poll ${poll.id}`);
        continue;
      }
      given.add(key);
      batch.add(putVote, { poll: poll.id, user: who, choice, at: momentOf(vote["voted_at"]) ?? target.now });
      tally.count("votes", "written");
    }
  }
}

const seconds = (value: unknown): number | null => {
  const at = momentOf(value);
  return at === undefined ? null : at / 1000;
};

/** Options of different ids. */
function optionsOf(value: unknown): Poll["options"] {
  const options = (Array.isArray(value) ? value : []).slice(0, 10).map((option: unknown, index) => ({
    id: (isRaw(option) ? textOf(option["id"], 50) : undefined) || String(index),
    text: (isRaw(option) ? textOf(option["text"], 100) : textOf(option, 100)) || String(index + 1),
    emoji: (isRaw(option) ? textOf(option["emoji"], 200) : undefined) ?? null,
  }));
  return [...new Map(options.map((option) => [option.id, option])).values()];
}
