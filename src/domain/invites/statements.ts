import { read, write } from "../../storage/store.ts";

export interface InviteRow {
  id: string;
  role: string | null;
  role_name: string | null;
  /** Undefined in number where null. */
  uses: number | null;
  used: number;
  note: string | null;
  created_by: string;
  created_at: number;
  expires_at: number | null;
}
const NUMBERS = ["uses", "used", "created_at", "expires_at"] as const;
const INVITE = `select i.id, i.role, r.name as role_name, i.uses, i.used, i.note, i.created_by, i.created_at, i.expires_at
  from invite i left join role r on r.id = i.role where i.community = :community`;
/** Newest first. */
export const invitesOf = read<{ community: string; limit: number }, InviteRow>(
  `${INVITE} order by i.created_at desc, i.id desc limit :limit`,
  ...NUMBERS,
);
export const inviteById = read<{ community: string; id: string }, InviteRow>(`${INVITE} and i.id = :id`, ...NUMBERS);
export const inviteByHash = read<{ community: string; hash: string }, InviteRow>(`${INVITE} and i.hash = :hash`, ...NUMBERS);

export const insertInvite = write<Omit<InviteRow, "role_name" | "used"> & { community: string; hash: string }>(
  `insert into invite (id, community, hash, role, uses, used, note, created_by, created_at, expires_at)
   values (:id, :community, :hash, :role, :uses, 0, :note, :created_by, :created_at, :expires_at)`,
);
/** Touches nothing when the last use has gone, or the time. */
export const useInvite = write<{ id: string; now: number }>(
  `update invite set used = used + 1
   where id = :id and (uses is null or used < uses) and (expires_at is null or expires_at > :now)`,
);
export const deleteInvite = write<{ community: string; id: string }>(
  `delete from invite where community = :community and id = :id`,
);
/** Those that nobody can use any more. */
export const deleteSpentInvites = write<{ community: string; now: number }>(
  `delete from invite where community = :community and ((uses is not null and used >= uses) or expires_at <= :now)`,
);
