/** Where this wire does otherwise than the reference server, on purpose; transcripts cite the key. */
export const deviations = {
  "channels-told":
    "Everybody is sent their own channels_get after a channel is made, changed, moved or deleted; the reference tells nobody (reference/originchats.md §2.3).",
  "channel-forum":
    "channel_create makes forum channels too; the reference knows them only from its file (reference/originchats.md §2.3).",
  "channel-name":
    "A channel's name has 1 to 100 characters and no control characters, slashes or the form of an id, and is taken in every spelling; the reference makes a file path of any text (reference/originchats.md §2.3).",
  "channel-update-fields":
    "channel_update takes the fields a channel has and refuses others by name; the reference writes any key into its file (reference/originchats.md §2.3).",
  "channel-update-name":
    "channel_update is answered with current_name, which the web client needs to apply it (reference/originchats.md §2.3).",
  "channel-type-fixed":
    "A channel in which somebody has written keeps its type; the reference hides the messages instead (reference/originchats.md §2.3).",
  "channel-rename-history":
    "A renamed channel keeps its messages, read marks and pings; the reference loses them from view (reference/originchats.md §2.3).",
  "channel-move-unknown":
    "Moving a channel that is not there is an error; the reference answers moved:false (reference/originchats.md §2.3).",
  "channel-manage-hidden":
    "Who may manage channels but not view one is told that it is not there; the reference lets them open it to themselves (reference/originchats.md §2.3).",
  "search-words":
    "messages_search finds messages that hold words beginning like all those asked for, not any substring; punctuation and emoji alone find nothing (reference/originchats.md §2.1).",
  "read-newest-page":
    "messages_get marks as read only when it asks for the newest page (start 0); the reference marks the channel read whatever page was asked for (reference/originchats.md §2.1).",
  "unread-view":
    "unreads_ack of a hidden channel is refused; the reference tells its newest message's id (reference/originchats.md §2.2).",
  "unread-unknown-message":
    "unreads_ack of a message that is not in the channel is an error; the reference stores any text (reference/originchats.md §2.2).",
  "unread-counts":
    "Counts are exact up to 1,000 in unreads_get and 10,000 in unreads_count; the reference counts within the newest 200 (reference/originchats.md §2.2).",
  "pings-bounded":
    "pings_get looks at the newest 1,000 calls by name, by reply and by each role, as they were when written or last edited (reference/originchats.md §2.1).",
} as const;
