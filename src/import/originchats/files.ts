import { open } from "node:fs/promises";
import { FILMS, MOST_FILM, MOST_PICTURE } from "../../domain/attachments/take-in.ts";
import { type AdmitImage, imageIntake, isImage } from "../../media/image.ts";
import { sniff, SNIFFED_BYTES } from "../../media/sniff.ts";
import { stripVideo } from "../../media/strip/iso-media.ts";
import type { Import } from "./import.ts";

export interface StoredFile {
  readonly hash: string;
  readonly size: number;
  readonly type: string;
  readonly extension: string;
  /** Of pictures, as far as they can be read. */
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: string | undefined;
  readonly placeholder?: string | undefined;
}

/** Stores the files of the source as uploads are stored: known by their content, pictures and films without what they tell about their maker. */
export class Files {
  readonly #admit: AdmitImage = imageIntake();
  readonly #stored = new Map<string, StoredFile>();
  constructor(private readonly job: Pick<Import, "folder" | "target" | "tally">) {}

  /** What cannot be read stays as it is, and is reported: it was shown to people where it comes from. Each file is stored once. */
  async store(place: string, name: string): Promise<StoredFile> {
    const shown = `${place}/${name}`;
    const stored = this.#stored.get(shown) ?? (await this.#store(place, name));
    this.#stored.set(shown, stored);
    return stored;
  }

  async #store(place: string, name: string): Promise<StoredFile> {
    const { folder, target, tally } = this.job;
    const path = folder.path(place, name);
    const kind = await kindOf(path);
    const file = Bun.file(path);
    const as = (more: Omit<StoredFile, "type" | "extension">): StoredFile => ({ ...kind, ...more });
    const asItIs = async (why: string) => {
      tally.find(folder.shown(`${place}/${name}`), undefined, why, "kept as it is, with whatever it tells about its maker");
      return as(await target.blobs.put(file.stream()));
    };
    if (isImage(kind.type)) {
      if (file.size > MOST_PICTURE) return asItIs("the picture is too large");
      // The old server has compressed it already, if it was set to.
      const picture = await this.#admit(await file.bytes(), kind.type, {
        ...target.settings.attachments.compression,
        enabled: false,
      });
      if (!picture.admitted)
        return asItIs(picture.reason === "malformed" ? "the picture is broken" : "the picture has too many pixels");
      const { width, height, placeholder, thumbnail } = picture;
      const stored = await target.blobs.put(picture.bytes);
      return as({
        ...stored,
        width,
        height,
        placeholder,
        thumbnail: thumbnail && (await target.blobs.put(thumbnail.bytes)).hash,
      });
    }
    if (FILMS.has(kind.type)) {
      if (file.size > MOST_FILM) return asItIs("the film is too large");
      const film = stripVideo(await file.bytes());
      return film ? as(await target.blobs.put(film)) : asItIs("the film is broken");
    }
    return as(await target.blobs.put(file.stream()));
  }
}

async function kindOf(path: string) {
  const file = await open(path, "r");
  const head = Buffer.alloc(SNIFFED_BYTES);
  const { bytesRead } = await file.read(head, 0, SNIFFED_BYTES, 0).finally(() => file.close());
  return sniff(head.subarray(0, bytesRead));
}
