import type { Call } from "../../kernel/operation.ts";
import { collectBlobs, sweepAttachments } from "../attachments/sweep-attachments.ts";
import { sweepModlog } from "../moderation/sweep-modlog.ts";
import { expireMessages } from "./expire-messages.ts";

/**
 * Removes what the settings say is past its time, at most `most` things, in slices that each are one batch.
 * @returns how many went; as many as `most` means that there may be more.
 */
export type Sweeper = (call: Call<unknown, unknown>, most: number) => Promise<number>;

/** Everything that is kept for a time only, by the name under which its number is told. */
export const sweepers: Readonly<Record<string, Sweeper>> = {
  messages: expireMessages,
  modlog: sweepModlog,
  attachments: sweepAttachments,
  /** After everything that may have named them. */
  blobs: collectBlobs,
};
