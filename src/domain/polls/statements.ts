import { read, write } from "../../storage/store.ts";
import type { Realm } from "../users/user.ts";

export interface PollRow {
  id: string;
  message: string;
  question: string;
  options: string;
  multiple: number;
  expires_at: number | null;
  ended_at: number | null;
}
const POLL = "id, message, question, options, multiple, expires_at, ended_at";
const NUMBERS = ["multiple", "expires_at", "ended_at"] as const;

/** By its own id or by its message's. */
export const pollByRef = read<{ ref: string }, PollRow>(`select ${POLL} from poll where id = :ref or message = :ref`, ...NUMBERS);
export const pollsOnMessages = read<{ messages: readonly string[] }, PollRow>(
  `select ${POLL} from poll where message in :messages[]`,
  ...NUMBERS,
);
/** Those whose time is up and that nobody has ended, the longest overdue first. */
export const duePolls = read<{ now: number; limit: number }, PollRow>(
  `select ${POLL} from poll where ended_at is null and expires_at is not null and expires_at <= :now order by expires_at limit :limit`,
  ...NUMBERS,
);
export const tallies = read<{ polls: readonly string[] }, { poll: string; choice: string; votes: number }>(
  `select poll, choice, count(*) as votes from poll_vote where poll in :polls[] group by poll, choice`,
  "votes",
);
export const choicesOf = read<{ polls: readonly string[]; user: string }, { poll: string; choice: string }>(
  `select poll, choice from poll_vote where poll in :polls[] and user_ = :user`,
);
/** Who chose what, those who voted first first. */
export const votersOf = read<{ poll: string; limit: number }, { choice: string; id: string; name: string; realm: Realm }>(
  `select v.choice, u.id, u.name, u.realm from poll_vote v join user_ u on u.id = v.user_ where v.poll = :poll order by v.at, u.id limit :limit`,
);

export const insertPoll = write<{
  id: string;
  message: string;
  question: string;
  options: string;
  multiple: number;
  expiresAt: number | null;
}>(
  `insert into poll (id, message, question, options, multiple, expires_at, ended_at)
   values (:id, :message, :question, :options, :multiple, :expiresAt, null)`,
);
/** Touches the poll only while one may vote. */
export const voteIn = write<{ id: string }>(`update poll set ended_at = null where id = :id and ended_at is null`);
export const endPollAt = write<{ id: string; at: number }>(`update poll set ended_at = :at where id = :id and ended_at is null`);
export const dropVotes = write<{ poll: string; user: string }>(`delete from poll_vote where poll = :poll and user_ = :user`);
export const insertVote = write<{ poll: string; user: string; choice: string; at: number }>(
  `insert into poll_vote (poll, user_, choice, at) values (:poll, :user, :choice, :at)`,
);
