import type { Batch } from "../../storage/store.ts";
import type { Import } from "./import.ts";
import { presentAttachments, putAttachment } from "./statements.ts";
import type { People } from "./users.ts";
import { derivedId, isRaw, momentOf, numberOf, type Raw, textOf } from "./values.ts";

const FOLDER = "attachments";
/** How long a file is kept whose record says nothing, in milliseconds (reference/originchats.md §5.9: 7 days). */
const KEPT_MS = 7 * 86_400_000;

/** Files of messages: bytes into the blobs, addresses of this server, and for what has expired already its name. */
export class Attachments {
  readonly #shown = new Set<string>();
  private constructor(
    private readonly job: Import,
    private readonly records: Raw,
    private readonly files: ReadonlyMap<string, number>,
    private readonly byStem: ReadonlyMap<string, string>,
    private readonly people: People,
    private readonly origin: string,
  ) {}

  /** @param origin the base address under which files are reached. */
  static async open(job: Import, people: People, origin: string): Promise<Attachments> {
    const files = await job.folder.files(FOLDER);
    const byStem = new Map([...files.keys()].map((name) => [name.replace(/\.[^.]*$/, ""), name]));
    return new Attachments(job, await job.folder.record("attachments.json"), files, byStem, people, origin);
  }

  /** Adds the rows of one new message's files. */
  async addTo(
    batch: Batch,
    snapshots: readonly Raw[],
    message: { readonly id: string; readonly channel: string; readonly author: string; readonly at: number },
    file: string,
    line: number | undefined,
  ): Promise<void> {
    const { tally, target } = this.job;
    for (const [place, snapshot] of snapshots.entries()) {
      tally.count("attachments", "read");
      const given = textOf(snapshot["id"], 100) || idInAddress(snapshot["url"]);
      const record = given !== undefined && isRaw(this.records[given]) ? this.records[given] : {};
      const own = given === undefined || this.#shown.has(given) || (await this.#present(given));
      const id = own ? derivedId("attachment", message.id, String(place), given ?? "") : given;
      this.#shown.add(id);
      const name = textOf(record["filename"], 300);
      const stored = (name !== undefined && this.files.has(name) ? name : undefined) ?? (given && this.byStem.get(given));
      const bytes = stored ? await this.job.files.store(FOLDER, stored) : undefined;
      if (!bytes)
        tally.repair(
          "attachments",
          file,
          line,
          `the file ${JSON.stringify(given ?? "")} is gone`,
          "its name is kept beside the message",
        );
      else if (own)
        tally.repair(
          "attachments",
          file,
          line,
          `the file ${JSON.stringify(given ?? "")} is shown by two messages`,
          "each has its own now",
        );
      const of = { ...record, ...snapshot };
      batch.add(putAttachment, {
        id,
        community: target.community,
        channel: message.channel,
        message: message.id,
        place,
        uploader: this.people.author(textOf(record["uploader_id"], 200) ?? message.author).id,
        name: textOf(record["original_name"], 255) || textOf(snapshot["name"], 255) || stored || "file",
        type: bytes?.type ?? textOf(of["mime_type"], 100) ?? "application/octet-stream",
        size: bytes?.size ?? numberOf(of["size"]) ?? 0,
        hash: bytes?.hash ?? null,
        thumbnail: bytes?.thumbnail ?? null,
        placeholder: bytes?.placeholder ?? null,
        width: bytes?.width || whole(of["width"]),
        height: bytes?.height || whole(of["height"]),
        origin: this.origin,
        at: momentOf(record["created_at"]) ?? message.at,
        expiresAt: momentOf(record["expires_at"]) ?? momentOf(snapshot["expires_at"]) ?? message.at + KEPT_MS,
        permanent: of["permanent"] === true ? 1 : 0,
      });
      tally.count("attachments", "written");
    }
  }

  /** Files that no message shows: uploads never sent, and what deleted messages left. */
  unsent(): number {
    return Object.keys(this.records).filter((id) => !this.#shown.has(id)).length;
  }

  async #present(id: string): Promise<boolean> {
    return (await this.job.target.store.all(presentAttachments, { ids: [id] })).length > 0;
  }
}

const whole = (value: unknown): number | null => {
  const number = numberOf(value);
  return number !== undefined && number > 0 && number < 1e6 ? Math.round(number) : null;
};
const idInAddress = (url: unknown): string | undefined => /\/attachments\/([\w-]{1,100})/.exec(textOf(url) ?? "")?.[1];
