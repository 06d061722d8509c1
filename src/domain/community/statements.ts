import { read, write } from "../../storage/store.ts";

export interface CommunityRow {
  id: string;
  slug: string;
  name: string;
  icon: string | null;
  banner: string | null;
}
export const communityBySlug = read<{ slug: string }, CommunityRow>(
  `select id, slug, name, icon, banner from community where slug = :slug`,
);
export const communityById = read<{ id: string }, CommunityRow>(
  `select id, slug, name, icon, banner from community where id = :id`,
);
export const insertCommunity = write<{ id: string; slug: string; name: string; at: number }>(
  `insert into community (id, slug, name, created_at) values (:id, :slug, :name, :at)`,
);

export const updateCommunityRow = write<{ id: string; name: string; icon: string | null; banner: string | null }>(
  `update community set name = :name, icon = :icon, banner = :banner where id = :id`,
);
