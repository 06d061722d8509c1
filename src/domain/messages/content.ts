import { z } from "zod";
import type { Settings } from "../../config/schema.ts";
import { Refusal } from "../../kernel/refusal.ts";

/** The text of a message as it is kept: without white space around it. The size bounds what is looked at; the limit that people are told is below it. */
export const Content = z.string().max(200_000, "message.content-size").trim();

/** Whether a text has more than `max` characters as people count them: code points. */
export const longerThan = (text: string, max: number): boolean => text.length > max && [...text].length > max;

/** Refuses a text beyond the limit that clients are told. */
export function refuseTooLong({
  input,
  settings,
}: {
  readonly input: { readonly content: string };
  readonly settings: Settings;
}): void {
  const max = settings.limits.post_content;
  if (longerThan(input.content, max)) throw new Refusal("too-large", "message.content", { max });
}
