import { z } from "zod";

/** How a vote stands. Who chose what is not part of it. */
export const PollStanding = z.lazy(() =>
  z.object({
    /** The poll's id. */
    id: z.string(),
    question: z.string(),
    options: z.array(z.object({ id: z.string(), text: z.string(), emoji: z.string().nullable(), votes: z.number() })),
    /** Whether one may choose several options. */
    multiple: z.boolean(),
    /** Milliseconds since the epoch; null when only somebody ends it. */
    expiresAt: z.number().nullable(),
    endedAt: z.number().nullable(),
    /** What whoever asked has chosen; absent where nobody in particular asked. */
    chosen: z.array(z.string()).optional(),
  }),
);
export type PollStanding = z.output<typeof PollStanding>;
