import { read, write } from "../../storage/store.ts";

/** Whom moderators have muted in calls; it outlasts leaving the community. */
export const voiceMutesIn = read<{ community: string }, { user_: string }>(
  `select user_ from voice_mute where community = :community`,
);
export const putVoiceMute = write<{ community: string; user: string; at: number }>(
  `insert into voice_mute (community, user_, at) values (:community, :user, :at) on conflict (community, user_) do nothing`,
);
export const deleteVoiceMute = write<{ community: string; user: string }>(
  `delete from voice_mute where community = :community and user_ = :user`,
);
