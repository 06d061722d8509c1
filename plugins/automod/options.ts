import { z } from "zod";

const Word = z.string().trim().min(1).max(100);

export const Options = z.lazy(() =>
  z.object({
    /** What may not be said; words added with /automod come to these. */
    words: z.array(Word).max(1000).default([]),
    /** Only as words of their own: `ass` is not found in `class`. */
    wholeWords: z.boolean().default(false),
    /** False: the message stands, and only the rest follows. */
    delete: z.boolean().default(true),
    /** How long the author cannot speak, in seconds; 0 for not at all. */
    timeout: z.number().int().min(0).max(31_536_000).default(300),
    /** Said in the channel, `{username}` and `{reason}` replaced; nothing for none. */
    message: z.string().max(500).default(""),
    links: z.enum(["allow", "listed", "block"]).default("allow"),
    /** With links "listed": hosts that may be linked to, and those below them. */
    linkHosts: z.array(z.string().max(253)).max(500).default([]),
    /** Most mentions in a message; 0 for any number. */
    mostMentions: z.number().int().min(0).max(100).default(0),
    /** Percent of capitals beyond which a longer message is refused; 100 for any. */
    mostCapitals: z.number().min(1).max(100).default(100),
    /** So many messages of one author within so many seconds; 0 for any number. */
    flood: z
      .object({ messages: z.number().int().min(0).max(100).default(0), seconds: z.number().int().min(1).max(600).default(10) })
      .prefault({}),
    /** How often somebody may say the same within a minute; 0 for any number. */
    repeats: z.number().int().min(0).max(50).default(0),
    /** Roles whose holders may say anything. */
    exempt: z.array(z.string().max(100)).max(50).default(["owner"]),
    /** Roles whose holders may use /automod. */
    operators: z.array(z.string().max(100)).max(50).default(["owner", "admin"]),
  }),
);
export type Options = z.output<typeof Options>;
