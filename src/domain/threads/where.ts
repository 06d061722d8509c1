import { z } from "zod";

/** Where a request means: a thread by its id, which says the channel too, else a channel by name or id. One of them must be there. */
export const Where = { channel: z.string().min(1).max(200).optional(), thread: z.string().min(1).max(100).optional() };
export interface Where {
  readonly channel?: string | undefined;
  readonly thread?: string | undefined;
}
