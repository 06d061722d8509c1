import { open, stat, unlink } from "node:fs/promises";
import { basename } from "node:path";

import { bytes } from "../cli/table.ts";
import { WireAttachment } from "./frames.ts";
import { Refused } from "./refused.ts";

/** The server that files go to and come from. */
export interface FileServer {
  /** The address of its socket. */
  readonly url: string;
  readonly ca: string | undefined;
  /** What opens uploads; a secret. */
  readonly token: string | undefined;
}

/** Beyond this nothing is kept, whatever the server sends. */
const LARGEST = 2_000_000_000;

const addressOf = ({ url }: FileServer, path: string): URL => new URL(path, url.replace(/^ws/, "http"));
const asked = (server: FileServer, path: URL, how: RequestInit = {}): Promise<Response> =>
  fetch(path, { redirect: "error", ...how, ...(server.ca !== undefined && { tls: { ca: server.ca } }) }).catch((why: Error) => {
    throw new Refused(`The server does not answer: ${why.message}.`);
  });

/** Stores a file on the server, to be sent with a message to this channel. @throws {Refused} */
export async function sendFile(server: FileServer, channel: string, path: string): Promise<WireAttachment> {
  const found = await stat(path).catch((why: NodeJS.ErrnoException) => {
    throw new Refused(`${path} cannot be read: ${reason(why)}.`);
  });
  if (!found.isFile()) throw new Refused(`${path} is no file.`);
  if (server.token === undefined) throw new Refused("This server takes no files from accounts of its own.");
  const to = addressOf(server, "/attachments/upload");
  to.searchParams.set("channel", channel);
  to.searchParams.set("name", basename(path));
  const answer = await asked(server, to, {
    method: "POST",
    body: Bun.file(path),
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/octet-stream" },
  });
  const said = (await answer.json().catch(() => ({}))) as { attachment?: unknown; error?: unknown };
  const sent = WireAttachment.safeParse(said.attachment);
  if (answer.ok && sent.success) return sent.data;
  throw new Refused(
    typeof said.error === "string" ? `${said.error.slice(0, 500)}.` : `The server did not take it (${answer.status}).`,
  );
}

/**
 * Writes a file of a message to a new file at `path`, which is never one that is there. It is asked for by its id, on the server itself: an
 * address in a message could lead anywhere. Gives its bytes.
 * @throws {Refused}
 */
export async function fetchFile(server: FileServer, id: string, path: string): Promise<number> {
  const answer = await asked(server, addressOf(server, `/attachments/${encodeURIComponent(id)}`));
  if (!answer.ok || !answer.body)
    throw new Refused(answer.status === 404 ? "The file is gone." : `The server said ${answer.status}.`);
  const file = await open(path, "wx", 0o600).catch((why: NodeJS.ErrnoException) => {
    throw new Refused(`${path} cannot be written: ${reason(why)}.`);
  });
  let kept = 0;
  try {
    for await (const part of answer.body) {
      if ((kept += part.length) > LARGEST) throw new Refused(`It is larger than ${bytes(LARGEST)}.`);
      await file.write(part);
    }
  } catch (why) {
    await unlink(path);
    throw why instanceof Refused ? why : new Refused(`It broke off: ${(why as Error).message}.`);
  } finally {
    await file.close();
  }
  return kept;
}

const reason = ({ code, message }: NodeJS.ErrnoException): string =>
  ({
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    EEXIST: "there is a file already",
    EISDIR: "it is a folder",
  })[code ?? ""] ?? message;
