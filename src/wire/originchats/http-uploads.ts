import type { Settings } from "../../config/schema.ts";
import { uploadAttachment } from "../../domain/attachments/upload-attachment.ts";
import { recogniseCaller } from "../../domain/sessions/recognise-caller.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { wireAttachment } from "./attachments.ts";
import { bearer, bodyOf, json, objectIn, refused } from "./http-answers.ts";

/** What JSON holds beside the file. */
const FIELDS = 65_536;
/** A file in base64 with its fields. */
const inJson = (maxFile: number): number => Math.ceil(maxFile / 3) * 4 + FIELDS;
/** The largest body that any of this wire's paths reads; the listener's limit. Beyond it a body is cut off without our words. */
export const mostBodyBytes = ({ attachments }: Settings): number => Math.max(inJson(attachments.max_size) * 2, 16_777_216);

/** Bodies in JSON are held in memory, in all at most so many bytes, or one alone. */
const MOST_HELD = 268_435_456;

const PER_ADDRESS = { burst: 30, perMinute: 60 };

const OWN = {
  channel: [404, "Channel does not exist"],
  "channel.send": [403, "You don't have permission to send in this channel"],
  credentials: [401, "Invalid credentials"],
  "credentials.stranger": [401, "User not found"],
  "account.rotur-away": [502, "Failed to validate credentials"],
  "account.rotur-answer": [502, "Failed to validate credentials"],
  "attachment.type": [415],
  "store.full": [507],
  "blob.full": [507],
  "attachment.full": [507],
} as const;

/** POST /attachments/upload (reference/originchats.md §4.2), and, as an extension, the bytes alone with the rest in the query. */
export function uploads(kernel: Kernel) {
  // Asked for each time: a reload changes them.
  const settings = () => kernel.world.settings;
  let held = 0;

  const upload = async (caller: Actor, by: Credentials, file: Upload): Promise<Response> => {
    const { user, session } = await kernel.invoke(recogniseCaller, caller, by);
    const actor: Actor = { ...caller, kind: "user", id: user.id, name: user.name, session };
    const { attachment } = await kernel.invoke(uploadAttachment, actor, file);
    return json(201, { attachment: wireAttachment(attachment), permanent: attachment.permanent });
  };

  const fromJson = async (req: Request, caller: Actor): Promise<Response> => {
    const most = inJson(settings().attachments.max_size);
    const share = Number(req.headers.get("content-length") ?? most);
    if (share <= most && held > 0 && held + share > MOST_HELD) throw new Refusal("unavailable", "media.busy");
    held += share;
    try {
      const body = objectIn(await bodyOf(req, most));
      if (!body) return json(400, { error: "Invalid JSON body" });
      const { file, name, mime_type: type, channel, expires_in_days: days } = body;
      if (![file, name, type, channel].every((one) => typeof one === "string" && one !== ""))
        return json(400, { error: "Missing required fields: file, name, mime_type, channel" });
      const key = typeof body["validator_key"] === "string" && body["validator_key"] !== "" ? body["validator_key"] : undefined;
      const token = typeof body["validator"] === "string" && body["validator"] !== "" ? body["validator"] : bearer(req);
      if (token === undefined) return unauthorized();
      const bytes = decoded(file as string);
      if (!bytes) return json(400, { error: "The file is not valid base64" });
      return await upload(
        caller,
        { token, ...(key !== undefined && { key }) },
        {
          channel: channel as string,
          name: name as string,
          bytes,
          ...(typeof days === "number" && days > 0 && { expiresInDays: days }),
        },
      );
    } finally {
      held -= share;
    }
  };

  const fromBytes = async (req: Request, caller: Actor): Promise<Response> => {
    const query = new URL(req.url).searchParams;
    const [channel, name, days] = ["channel", "name", "expires_in_days"].map((key) => query.get(key));
    if (!channel || !name || !req.body) return json(400, { error: "Missing required fields: file, name, channel" });
    if (Number(req.headers.get("content-length") ?? 0) > settings().attachments.max_size)
      throw new Refusal("too-large", "blob.too-large");
    return upload(
      caller,
      { token: bearer(req)! },
      { channel, name, bytes: req.body, ...(Number(days) > 0 && { expiresInDays: Number(days) }) },
    );
  };

  return async (req: Request, caller: Actor): Promise<Response> => {
    const isJson = /^application\/json\b/i.test(req.headers.get("content-type") ?? "");
    if (!isJson && bearer(req) === undefined) return json(415, { error: "Content-Type must be application/json" });
    if (!settings().attachments.enabled) return json(503, { error: "Attachments are disabled" });
    try {
      // Who it is stands in the body: strangers are stopped before it is read.
      kernel.world.pace.take(`http.upload ${caller.id}`, PER_ADDRESS, "http.pace");
      return await (isJson ? fromJson : fromBytes)(req, caller);
    } catch (why) {
      if (!(why instanceof Refusal)) throw why;
      // The client reads the number out of these words.
      if (why.code === "too-large" && (why.reason === "blob.too-large" || why.reason === "http.body"))
        return json(413, {
          error: `Request body too large (max ${Number(why.facts["limit"] ?? settings().attachments.max_size)} bytes)`,
        });
      return refused(why, OWN);
    }
  };
}

interface Credentials {
  readonly token: string;
  readonly key?: string;
}
interface Upload {
  readonly channel: string;
  readonly name: string;
  readonly bytes: Uint8Array | ReadableStream<Uint8Array>;
  readonly expiresInDays?: number;
}

const unauthorized = () => json(401, { error: "validator_key and validator are required for authentication" });

/** Base64, alone or in a `data:` address, without anything foreign in it. */
function decoded(file: string): Uint8Array | undefined {
  const base64 = file.startsWith("data:") ? file.slice(file.indexOf(",") + 1) : file;
  const letters = base64.replace(/={1,2}$/, "").length;
  const bytes = Buffer.from(base64, "base64");
  // The decoder leaves out what is no base64: then bytes are missing.
  return bytes.length > 0 && bytes.length === Math.floor((letters * 3) / 4) ? bytes : undefined;
}
