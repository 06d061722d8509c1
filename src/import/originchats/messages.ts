import { calledIn } from "../../domain/messages/mentions.ts";
import { nameKey } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import type { Attachments } from "./attachments.ts";
import { beginning, type Channel } from "./channels.ts";
import { commit, type Import } from "./import.ts";
import type { Polls } from "./polls.ts";
import type { Roles } from "./roles.ts";
import type { Found } from "./source.ts";
import { type SourceMessage, sourceMessage } from "./source-message.ts";
import { newestOf, presentMessages, putMention, putMessage, putReaction } from "./statements.ts";
import type { People } from "./users.ts";
import { derivedId, slices } from "./values.ts";

/** Messages written together: enough to make the flush to disk cheap, few enough to be little to do again. */
const TOGETHER = 1000;

/** A channel, or a thread in one, that messages go to. */
export interface Place {
  readonly channel: string;
  readonly place: string;
  /** In words: `#general`. */
  readonly title: string;
  /** Whether the server's own first message stands where there is no other. */
  readonly begins: boolean;
}

interface Ready {
  readonly id: string;
  readonly at: number;
  readonly message: SourceMessage;
  readonly found: Found;
}

/** Writes messages in the order of the source: the order of commit is the order in which they are shown. */
export class Messages {
  /** How mentions of roles are kept, by the form in which names are compared. */
  readonly #roleNames: ReadonlyMap<string, string>;
  constructor(
    private readonly job: Import,
    private readonly people: People,
    roles: Roles,
    private readonly attachments: Attachments,
    private readonly polls: Polls,
  ) {
    this.#roleNames = new Map(
      [...roles].flatMap(([was, { name }]) => [was, name].map((one) => [nameKey(one), name.toLowerCase()])),
    );
  }

  async addAll(to: Place, source: AsyncIterable<readonly Found[]>): Promise<void> {
    const { store, now } = this.job.target;
    const newest = await store.one(newestOf, { place: to.place });
    const state = { last: 0, late: 0, newest: newest?.at, any: newest !== undefined };
    for await (const found of source) for (const some of slices(found, TOGETHER)) await this.#add(to, some, state);
    if (state.late)
      this.job.tally.advice.push(
        `${state.late} messages of ${to.title} are older than some that stood there before the import, and are shown after those.`,
      );
    if (!state.any && to.begins) await commit(store, new Batch().add(putMessage, beginning(to.channel, to.place, to.title, now)));
  }

  async #add(to: Place, some: readonly Found[], state: { last: number; late: number; newest: number | undefined; any: boolean }) {
    const { store, community } = this.job.target;
    const { tally } = this.job;
    const ready: Ready[] = [];
    for (const found of some) {
      tally.count("messages", "read");
      const message = sourceMessage(found.value);
      if (!message) {
        tally.skip("messages", found.file, found.line, "no message");
        continue;
      }
      const at = message.at ?? state.last;
      state.last = at;
      const id = message.id ?? derivedId("message", community, to.place, message.author, String(at), message.content);
      ready.push({ id, at, message, found });
    }
    const there = new Map(
      (await store.all(presentMessages, { ids: ready.map(({ id }) => id) })).map(({ id, place }) => [id, place]),
    );
    const elsewhere = [...there].filter(([, place]) => place !== to.place).map(([id]) => derivedId("message", to.place, id));
    for (const { id, place } of elsewhere.length ? await store.all(presentMessages, { ids: elsewhere }) : [])
      there.set(id, place);

    const batch = new Batch();
    let written = 0;
    for (const one of ready) {
      const { found } = one;
      const stands = there.get(one.id);
      const foreign = stands !== undefined && stands !== WRITTEN && stands !== to.place;
      const id = foreign ? derivedId("message", to.place, one.id) : one.id;
      if (there.has(id)) {
        // Before this import it is an old acquaintance; within it, the same line twice.
        if (there.get(id) === WRITTEN) tally.skip("messages", found.file, found.line, `a second message with the id ${id}`);
        else {
          const reactions = one.message.reactions.reduce((sum, [, by]) => sum + by.length, 0);
          tally.count("messages", "present");
          for (const how of ["read", "present"] as const) {
            tally.count("reactions", how, reactions);
            tally.count("attachments", how, one.message.attachments.length);
          }
          this.polls.bornBy(one.id, id);
        }
        continue;
      }
      there.set(id, WRITTEN);
      if (foreign)
        tally.repair(
          "messages",
          found.file,
          found.line,
          `another place has a message with the id ${one.id}`,
          `given the id ${id}`,
        );
      else if (found.mended) tally.count("messages", "repaired");
      if (one.message.defects.length)
        tally.repair("messages", found.file, found.line, [...new Set(one.message.defects)].join(", "), "left out or replaced");
      if (state.newest !== undefined && one.at < state.newest) state.late++;
      await this.#put(batch, to, { ...one, id }, one.id);
      written++;
    }
    await commit(store, batch);
    tally.count("messages", "written", written);
    if (written) state.any = true;
  }

  async #put(batch: Batch, to: Place, { id, at, message, found }: Ready, sourceId: string): Promise<void> {
    const { tally } = this.job;
    const author = message.webhook ? { id: message.author, how: "id" } : this.people.author(message.author);
    if (author.how === "name") tally.count("messages", "repaired");
    const replyAuthor = message.replyTo?.author === undefined ? null : this.people.author(message.replyTo.author).id;
    const extra = {
      ...(message.webhook && { webhook: message.webhook }),
      ...(message.interaction && {
        interaction: { command: message.interaction.command, by: this.#speaker(message.interaction.username) },
      }),
    };
    const embeds = this.polls.embedsOf(sourceId, id, message.embeds);
    batch.add(putMessage, {
      id,
      channel: to.channel,
      place: to.place,
      author: author.id,
      content: message.content,
      at,
      editedAt: message.edited ? at : null,
      replyTo: message.replyTo?.id ?? null,
      replyAuthor: message.replyTo ? (replyAuthor ?? "") : null,
      replyPing: message.replyTo && message.replyPing ? 1 : 0,
      pinnedAt: message.pinned ? at : null,
      embeds: embeds.length ? JSON.stringify(embeds) : null,
      extra: message.webhook || message.interaction ? JSON.stringify(extra) : null,
    });
    let turn = 0;
    for (const [emoji, by] of message.reactions)
      for (const who of by) {
        tally.count("reactions", "read");
        // In this order they are shown.
        batch.add(putReaction, { message: id, emoji, user: this.people.author(who).id, at: at + turn++ });
        tally.count("reactions", "written");
      }
    const mention = (kind: string, target: string) => batch.add(putMention, { message: id, kind, target, at });
    for (const call of calledIn(message.content))
      if (call.kind === "role") {
        const role = this.#roleNames.get(nameKey(call.name));
        if (role) mention("role", role);
      } else {
        const user = this.people.mentioned(call.name, call.kind === "local");
        if (user) mention("user", user.id);
      }
    if (message.replyTo && message.replyPing && replyAuthor !== null) mention("reply", replyAuthor);
    if (message.attachments.length)
      await this.attachments.addTo(
        batch,
        message.attachments,
        { id, channel: to.channel, author: author.id, at },
        found.file,
        found.line,
      );
  }

  #speaker(username: string) {
    const known = this.people.byUsername(username);
    return known ? { id: known.id, name: known.name, realm: known.realm } : { id: username, name: username, realm: null };
  }
}

/** Stands for the place of what was written in the same slice. */
const WRITTEN = "";

export const placeOf = (channel: Channel): Place => ({
  channel: channel.id,
  place: channel.id,
  title: `#${channel.name}`,
  begins: channel.kind === "text",
});
