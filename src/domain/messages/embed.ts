import { z } from "zod";

const text = (max: number) => z.string().max(max);
const Picture = z.looseObject({ url: text(2000), width: z.number().optional(), height: z.number().optional() });

/** Rich content beside the text of a message, as the wires carry it; unknown keys pass (reference/originchats.md §5.11). */
export const Embed = z.lazy(() =>
  z
    .looseObject({
      type: z.enum(["rich", "poll", "link", "image", "video", "article"]).optional(),
      title: text(256).optional(),
      description: text(4096).optional(),
      url: text(2000).optional(),
      timestamp: text(64).optional(),
      color: z.number().int().min(0).max(0xffffff).optional(),
      author: z.looseObject({ name: text(256), url: text(2000).optional(), icon_url: text(2000).optional() }).optional(),
      footer: z.looseObject({ text: text(2048), icon_url: text(2000).optional() }).optional(),
      image: Picture.optional(),
      thumbnail: Picture.optional(),
      fields: z
        .array(z.looseObject({ name: text(256), value: text(1024), inline: z.boolean().optional() }))
        .max(25)
        .optional(),
      poll: z
        .looseObject({
          question: text(300),
          options: z
            .array(z.looseObject({ id: text(50).min(1), text: text(100), emoji: text(200).optional() }))
            .min(2)
            .max(10),
          allow_multiselect: z.boolean().optional(),
          expires_at: z.number().nullable().optional(),
        })
        .optional(),
    })
    .superRefine((embed, context) => {
      const complain = (message: string) => context.addIssue({ code: "custom", message });
      if (embed.type === "poll" && !embed.poll) complain("a poll embed needs poll");
      if (embed.type === "link" && !embed.url) complain("a link embed needs url");
      if (embed.type === "image" && !embed.image) complain("an image embed needs image");
      if (lengthOf(embed) > 6000) complain("an embed holds at most 6000 characters of text");
      if (JSON.stringify(embed).length > 32_768) complain("an embed is at most 32 KiB of JSON");
    }),
);
export type Embed = z.output<typeof Embed>;

export const Embeds = z.array(Embed).max(10);

interface Texts {
  title?: string | undefined;
  description?: string | undefined;
  fields?: { name: string; value: string }[] | undefined;
  footer?: { text: string } | undefined;
  author?: { name: string } | undefined;
  poll?: { question: string; options: { text: string }[] } | undefined;
}
const lengthOf = (embed: Texts): number =>
  [
    embed.title,
    embed.description,
    embed.footer?.text,
    embed.author?.name,
    embed.poll?.question,
    ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
    ...(embed.poll?.options ?? []).map((option) => option.text),
  ].reduce((sum, part) => sum + (part?.length ?? 0), 0);
