import { z } from "zod";
import { eventType } from "../../kernel/event.ts";

/** Channels, roles and members that belong together. An instance holds at least one. */
export const Community = z.lazy(() =>
  z.object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    icon: z.string().nullable(),
    banner: z.string().nullable(),
  }),
);
export type Community = z.output<typeof Community>;

export const communityUpdated = eventType({
  name: "community.updated",
  summary: "Name or pictures of the community changed.",
  data: () => z.object({ community: Community }),
  durable: true,
});
