import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import type { Blobs } from "../storage/blobs.ts";
import type { Snapshot } from "../storage/snapshot.ts";
import { type Field, type Table, TABLES } from "./tables.ts";

/** The folder to write to cannot be used; the message is a sentence with the remedy. */
export class ExportRefused extends Error {
  override name = "ExportRefused";
}

/** A file of the export as the manifest lists it. */
export interface ExportedFile {
  readonly name: string;
  /** Lines; absent for files of bytes. */
  readonly rows?: number;
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}
export interface Manifest {
  readonly format: "chat-export";
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The program that wrote it. */
  readonly program: string;
  /** Number of the last change to the shape of the database. */
  readonly schema: number;
  /** Slug of the one community in it; null for all. */
  readonly community: string | null;
  readonly secrets: boolean;
  readonly files: readonly ExportedFile[];
  /** Hashes that rows name and whose bytes were not there. */
  readonly missing: readonly string[];
}

export interface ExportOptions {
  readonly snapshot: Snapshot;
  readonly blobs: Pick<Blobs, "get">;
  /** A folder that is empty or not there yet. */
  readonly to: string;
  readonly community?: string | undefined;
  readonly secrets: boolean;
  readonly program: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Values of settings that are no secrets, by key path. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly progress?: (file: string, rows: number) => void;
}

/**
 * Writes everything as it stood when the snapshot was opened. The manifest comes last and whole: a folder without one is no export.
 * @throws ExportRefused
 */
export async function exportFolder(options: ExportOptions): Promise<Manifest> {
  const { snapshot, to, secrets } = options;
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0)
    throw new ExportRefused(`${to} is not empty. Name another folder with --to, or empty this one.`);
  const community = await communityId(snapshot, options.community);
  const files: ExportedFile[] = [];
  const hashes = new Set<string>();
  for (const table of TABLES) {
    if (table.secret && !secrets) continue;
    const fields = table.fields.filter((field) => secrets || !field.secret);
    files.push(await writeTable(options, table, fields, community, hashes));
  }
  files.push(await writeLines(join(to, "settings.jsonl"), "settings.jsonl", settingLines(options.settings)));
  const missing: string[] = [];
  await mkdir(join(to, "files"), { mode: 0o700 });
  for (const hash of [...hashes].toSorted()) {
    const found = await options.blobs.get(hash);
    if (!found) missing.push(hash);
    else {
      await Bun.write(join(to, "files", hash), found);
      files.push({ name: `files/${hash}`, bytes: found.size, sha256: hash });
    }
  }
  const manifest: Manifest = {
    format: "chat-export",
    version: 1,
    at: new Date(options.now).toISOString(),
    program: options.program,
    schema: await schemaOf(snapshot),
    community: options.community ?? null,
    secrets,
    files,
    missing,
  };
  await Bun.write(join(to, "manifest.json.new"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(join(to, "manifest.json.new"), join(to, "manifest.json"));
  return manifest;
}

async function communityId(snapshot: Snapshot, slug: string | undefined): Promise<string> {
  if (slug === undefined) return "";
  for await (const [row] of snapshot.rows("select id from community where slug = :slug", { slug })) return String(row!["id"]);
  throw new ExportRefused(`There is no community called ${JSON.stringify(slug)}.`);
}

async function schemaOf(snapshot: Snapshot): Promise<number> {
  for await (const [row] of snapshot.rows("select max(id) as id from migration", {})) return Number(row!["id"]);
  return 0;
}

/** Fields that name bytes. */
const BYTES = new Set(["hash", "thumbnail"]);

function writeTable(
  { snapshot, to, progress }: ExportOptions,
  table: Table,
  fields: readonly Field[],
  community: string,
  hashes: Set<string>,
): Promise<ExportedFile> {
  const columns = fields.map(({ column }, at) => `t.${column} as c${at}`).join(", ");
  const order = table.order.replaceAll(/\w+/g, (column) => `t.${column}`);
  const rows = snapshot.rows(`select ${columns} from ${table.table} t ${table.where} order by ${order}`, { community });
  async function* lines() {
    let written = 0;
    for await (const some of rows) {
      yield some.map((row) => {
        const line = Object.fromEntries(fields.map((field, at) => [field.name, valueOf(field, row[`c${at}`])]));
        for (const name of BYTES) if (typeof line[name] === "string") hashes.add(line[name]);
        return line;
      });
      progress?.(table.file, (written += some.length));
    }
  }
  return writeLines(join(to, table.file), table.file, lines());
}

function valueOf({ kind }: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === "number" || kind === "moment") return Number(value);
  if (kind === "flag") return Number(value) === 1;
  return kind === "json" ? JSON.parse(String(value)) : value;
}

async function* settingLines(settings: Readonly<Record<string, unknown>>) {
  yield Object.entries(settings).map(([path, value]) => ({ path, value }));
}

async function writeLines(path: string, name: string, lines: AsyncIterable<readonly object[]>): Promise<ExportedFile> {
  const out = createWriteStream(path, { flags: "wx", mode: 0o600 });
  const hash = new Bun.CryptoHasher("sha256");
  let rows = 0;
  let bytes = 0;
  const failed = once(out, "error").then(([why]) => Promise.reject(why as Error));
  failed.catch(() => {});
  for await (const some of lines) {
    if (!some.length) continue;
    const text = Buffer.from(some.map((line) => `${JSON.stringify(line)}\n`).join(""));
    hash.update(text);
    rows += some.length;
    bytes += text.length;
    if (!out.write(text)) await Promise.race([once(out, "drain"), failed]);
  }
  out.end();
  await Promise.race([once(out, "close"), failed]);
  return { name, rows, bytes, sha256: hash.digest("hex") };
}
