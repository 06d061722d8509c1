import type { SeenEvent, Snapshot } from "../admin/control-client.ts";
import { spoken } from "./duration.ts";
import { moment, plain } from "./table.ts";

/** Names remembered for ids; the oldest are forgotten. */
const MOST_NAMES = 10_000;
/** Characters of what somebody wrote, and things of a list, that one line shows. */
const MOST_TEXT = 100;
const MOST_LISTED = 5;
/** Column of what happened. */
const WIDTH = 20;

/** What an event is about, which needs no label. */
const TOPICS = new Set([
  "place",
  "message",
  "user",
  "member",
  "members",
  "channel",
  "thread",
  "role",
  "community",
  "entry",
  "seat",
]);
/** Milliseconds since the epoch. */
const MOMENTS = new Set(["until", "expires", "expiresAt", "endedAt"]);
/** Of no use to a reader where a name stands beside them. */
const UNSAID = new Set(["id", "realm", "nonce", "at", "category"]);
const ID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Tells events in a line each. Names come from the events themselves and the snapshot before them: nothing is asked for. */
export class EventLines {
  readonly #names = new Map<string, string>([["console", "console"]]);

  hear({ sessions, channels }: Pick<Snapshot, "sessions" | "channels">): void {
    for (const { user, name } of sessions) this.#remember(user, name);
    this.#learn(channels, 0);
  }

  /** `2026-11-20 14:03:22  message.created      alice  #general "hi"` */
  line({ at, type, actor, data }: SeenEvent): string {
    this.#learn(data, 0);
    const by = this.#names.get(actor) ?? actor;
    const said = isFields(data) ? this.#fields(data, by) : "";
    return plain(`${moment(at)}  ${type.padEnd(WIDTH)}  ${by}  ${said}`).trimEnd();
  }

  #remember(id: string, name: string): void {
    // Which system user sat there is said by the moderation log.
    if (id === "console") return;
    this.#names.delete(id);
    this.#names.set(id, name);
    if (this.#names.size > MOST_NAMES) this.#names.delete(this.#names.keys().next().value!);
  }
  #learn(value: unknown, depth: number): void {
    if (depth > 4 || typeof value !== "object" || value === null) return;
    const { id, name } = value as Fields;
    if (typeof id === "string" && typeof name === "string") this.#remember(id, name);
    for (const inner of Object.values(value)) this.#learn(inner, depth + 1);
  }

  #fields(fields: Fields, by?: string): string {
    const parts: string[] = [];
    for (const [key, value] of Object.entries(fields)) {
      // Events about one role carry all of them.
      if (UNSAID.has(key) || isEmpty(value) || (key === "roles" && "role" in fields)) continue;
      if (key === "lastsMs") {
        parts.push(`for ${spoken(Number(value) / 1000)}`);
        continue;
      }
      const said = this.#value(key, value);
      if (said === "" || (key === "by" && said === by)) continue;
      parts.push(TOPICS.has(key) ? said : `${key} ${said}`);
    }
    return parts.join("  ");
  }

  #value(key: string, value: unknown): string {
    if (Array.isArray(value)) return this.#list(key, value);
    if (isFields(value)) return this.#thing(key, value);
    if (typeof value === "number" && MOMENTS.has(key)) return moment(value);
    if (typeof value !== "string") return String(value);
    return this.#names.get(value) ?? (/^[^\s",]+$/.test(value) ? value : quoted(value));
  }
  #list(key: string, values: readonly unknown[]): string {
    if (values.every((one) => typeof one === "string" && ID.test(one) && !this.#names.has(one))) return String(values.length);
    const shown = values.slice(0, MOST_LISTED).map((one) => this.#value(key, one));
    return `${shown.join(", ")}${values.length > MOST_LISTED ? ` and ${values.length - MOST_LISTED} more` : ""}`;
  }
  #thing(key: string, fields: Fields): string {
    const { name, user, content, author, attachments } = fields;
    if (key === "place") {
      const thread = typeof fields["thread"] === "string" ? ` › ${this.#value("thread", fields["thread"])}` : "";
      return `#${String(name)}${thread}`;
    }
    if (typeof content === "string" && author !== undefined) {
      const files = Array.isArray(attachments) && attachments.length ? ` +${attachments.length} files` : "";
      return `${quoted(content)}${files}`;
    }
    if (typeof name === "string") return key === "channel" ? `#${name}` : name;
    if (isFields(user)) return this.#thing("user", user);
    return this.#fields(fields);
  }
}

/** Cut between characters, in quotes. */
function quoted(text: string): string {
  const letters = [...text.slice(0, MOST_TEXT * 2)];
  return `“${letters.length > MOST_TEXT ? `${letters.slice(0, MOST_TEXT).join("")}…` : letters.join("")}”`;
}
