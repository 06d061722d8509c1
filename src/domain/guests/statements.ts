import { read, write } from "../../storage/store.ts";
import { GUEST_HERE } from "./guest.ts";

/** A message somebody wrote in a community since then; goes by the index of each channel's messages by age. */
export const wroteSince = read<{ community: string; author: string; since: number }, { id: string }>(
  `select m.id from channel c join message m on m.channel = c.id and m.at >= :since
   where c.community = :community and m.author = :author limit 1`,
);
/** The name stays beside what was written, and is free for others. */
export const releaseName = write<{ user: string }>(`update user_ set name_key = id where id = :user`);
export const guestsOf = read<{ community: string; limit: number }, { id: string; name: string; created_at: number }>(
  `select u.id, u.name, u.created_at from user_ u join member m on m.user_ = u.id
   where m.community = :community and u.realm = '${GUEST_HERE}' order by u.id limit :limit`,
  "created_at",
);
