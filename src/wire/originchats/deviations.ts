/** Where this wire means to differ from the reference server, and why. Transcripts and tests cite the keys. */
export const deviations = {
  "malformed-is-answered":
    "What is not a JSON object is answered with `Invalid message format`; the reference is silent (reference/originchats.md §1.4).",
  "credentials-are-checked":
    "A username or password that is not a text is answered like an absent one; the reference is silent (reference/originchats.md §1.5).",
  "invisible-leaves-no-trace":
    "Going invisible tells others only that one has gone; the reference announces the word (reference/originchats.md §2.5, §11.1).",
  "invisible-reads-offline": "Others read an invisible member as offline everywhere (reference/originchats.md §2.5).",
  "invisible-ends-silently": "The end of an invisible member's last session is not told (reference/originchats.md §1.10).",
  "register-takes-an-invite":
    "`register` takes the code of an invite as `invite`, which opens a closed registration and may bring a role (reference/originchats.md §1.5).",
  "online-once": "`users_online` has one entry for each member, not for each socket (reference/originchats.md §2.5, §11.2).",
  "status-get-answer":
    "`status_get` is answered with `status_get`, which the web client knows, not `status` (reference/originchats.md §2.5).",
  "leaving-keeps-the-name":
    "Who leaves keeps the account, so that their name stays beside what they wrote; their sockets are closed, and `register` with the same name and password brings them back (reference/originchats.md §2.5, §11.2).",
  "user-update-broadcast":
    "`user_update` goes to everyone with the old `user` and the new `username`, which the web client applies, instead of `user_updated` (reference/originchats.md §2.5).",
  "user-update-checked": "A new username follows the rules of registration and is unique (reference/originchats.md §2.5, §11.1).",
  "picture-is-told":
    "A new picture is told at once by `user_connect` with `pfp`, and the status after it (reference/originchats.md §2.5).",
  "roles-have-rank":
    "Nobody gives, takes, edits or deletes a role as high as their own or grants a permission they lack; only owners touch `owner`, and the last one keeps it (reference/originchats.md §2.5, §11.1).",
  "role-names-carry-over":
    "A new role name is carried into channel rules and told for each who holds it; a deleted role leaves nothing behind (reference/originchats.md §2.7).",
  "role-reorder-names-all":
    "`role_reorder` answers with the names of all roles in order, because the web client drops those not listed (reference/originchats.md §2.7, §10.2).",
  "role-reorder-some":
    "Roles that `role_reorder` does not name keep their places; the named ones share out those they held (reference/originchats.md §2.7).",
  "roles-in-order":
    "`roles_list` has its keys in the order of the roles, which a reorder changes (reference/originchats.md §2.7).",
  "self-roles-list-answers": "`self_roles_list` answers also when there is such a role (reference/originchats.md §11.2).",
  "server-update-lives":
    "`server_update` takes effect at once on new handshakes, and null clears (reference/originchats.md §2.10, §11.2).",
  "ownership-claim":
    "Extension: `ownership_claim {code}` and `/claim code:` make the first owner; the reference has files edited by hand (reference/originchats.md §5.4).",
  "token-door":
    "Extension: `token {token}` signs in by a token of `chat token mint session`, in every auth_mode (reference/originchats.md §1.4).",
  "password-ends-sessions":
    "A new password ends the account's other sessions with `disconnect` (reference/originchats.md §1.5, §1.9).",
  "password-set": "Extension: `password_set {old_password, password}` (reference/originchats.md §1.5).",
  "slash-needs-send": "A slash command is answered only where its caller may send (reference/originchats.md §2.8, §11.1).",
  "ban-right":
    "user_ban, user_unban and users_banned_list ask for manage_users or ban_members, user_timeout for manage_users, instead of a role literally named owner (reference/originchats.md §2.6).",
  "ban-hierarchy":
    "Nobody bans, kicks or times out themselves, the owner, or somebody who stands as high (reference/originchats.md §2.6).",
  "ban-disconnects":
    "user_ban ends the user's connections at once and refuses what still waits on them; the reference let them go on talking (reference/originchats.md §11.1).",
  "ban-keeps-roles":
    "A ban is not a role: it hits exactly one user, and their roles are as before when it ends (reference/originchats.md §11.1).",
  "ban-until": "user_ban takes `reason`, `until` and `purge`, and bans may end by the clock (reference/originchats.md §2.6).",
  "user-kick": "user_kick is a command of ours (reference/originchats.md §2.6).",
  "timeout-known-user": "user_timeout of an unknown user is refused instead of answered as done (reference/originchats.md §2.6).",
  "timeout-always": "Time-outs work also when the rate limiter is off, and survive a restart (reference/originchats.md §2.6).",
  "timeout-zero":
    "user_timeout with 0 ends a time-out, and its user is told with a rate_limit of length 0 (reference/originchats.md §2.6).",
  "timeout-told":
    "All sessions of a user hear of their time-out, with the error text that the web client shows besides rate_limit (reference/originchats.md §10.4).",
  "reset-ends-timeout":
    "rate_limit_reset ends a time-out too, if the user stands below the one who asks; the reference did not (reference/originchats.md §2.6).",
  "status-of-others":
    "rate_limit_status of others asks for manage_users instead of the role owner (reference/originchats.md §2.6).",
  "limit-minute":
    "An attempt exactly 60 s old no longer counts, so that whoever waits as long as they were told gets through (reference/originchats.md §7).",
  "limit-all":
    "What the reference does not limit (reactions, deletes, pins, status, searches, lists) shares a bucket of 60 at once and 600 a minute for each user (reference/originchats.md §7).",
  "limit-error":
    "Besides rate_limit an error with the words that the web client shows is sent (but for typing), and rate_limit always has its reason (reference/originchats.md §10.4).",
  "modlog-names": "Ids of modlog entries are unique, and a reason is among the details (reference/originchats.md §5.17).",
  "info-counts":
    "/info counts the channels that a newcomer may view, sessions of signed-in users only, and no invisible or banned members (reference/originchats.md §4.1).",
  "http-cors": "CORS headers stand on every answer, on 400 and 405 too (reference/originchats.md §4).",
  "channels-told":
    "Everybody is sent their own channels_get after a channel is made, moved or deleted, or may be viewed by others, and channel_update after any other change; the reference tells nobody (reference/originchats.md §2.3).",
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
  "edit-limits": "An edit is trimmed and limited in length like a new message (reference/originchats.md §2.1 message_edit).",
  "edit-view": "Editing, deleting, reacting and listing embeds need `view` of the channel (reference/originchats.md §11.1).",
  "delete-own-not-logged":
    "Deleting one's own message is not an administrative act and not in the modlog (reference/originchats.md §2.15).",
  "delete-by-moderators":
    "`manage_messages` lets a role delete and pin where the channel does not deny it (reference/originchats.md §2.1 message_delete).",
  "pin-says-what-is":
    "`pinned` tells whether the message is pinned now, pinning again changes nothing, and a missing message is an error (reference/originchats.md §2.1 message_pin).",
  "pins-limited": "A channel has at most 250 pinned messages (reference/originchats.md §7).",
  "reactions-limited": "A message bears at most 50 different emoji (reference/originchats.md §7).",
  "pages-bounded":
    "messages_get steps over at most 100000 messages; messages_around goes further back (reference/originchats.md §2.1 messages_get).",
  "around-newest": "The newest message is part of messages_around (reference/originchats.md §2.1 messages_around).",
  "around-counted":
    "`range.start` is exact below 10000 and says 10000 beyond, so that it costs the same in any history (reference/originchats.md §2.1 messages_around).",
  "typing-budget": "Typing has a budget of its own (reference/originchats.md §7).",
  "typing-needs-send": "Only who may send, and is not timed out, is shown as typing (reference/originchats.md §2.1 typing).",
  "timeout-no-reactions": "Somebody timed out may not react (reference/originchats.md §7).",
  "mentions-resolved":
    "`pings` names existing users and roles only; `@USR:local_name` and bare names of local accounts are resolved (reference/originchats.md §5.14).",
  "pings-in-history":
    "A message in history, a search or an inbox that calls upon somebody says so in `pings`, as the live one did; the reference never stores it, and its web client forgets the mark at a reload (reference/originchats.md §2.1 message_new).",
  "ping-shown-with-replies":
    "`ping` is shown only where it says something: false beside a reply (reference/originchats.md §2.1 message_new).",
  "embeds-alone": "A message may consist of embeds alone (reference/originchats.md §2.1 message_new).",
  "wrong-types-answered":
    "A field of a wrong type is answered with an error instead of silence (reference/originchats.md §2.1 messages_get).",
  "echoes-bounded":
    "A listener beyond 256 characters is refused, and an unknown command is said back up to 100 characters; the reference echoes any length (reference/originchats.md §1.8).",
  "text-storable":
    "Half of a surrogate pair and NUL in any text become U+FFFD, live and in history alike (reference/originchats.md §2.0).",
  "restart-told":
    "Before the server ends it says so with an error, which the web client shows, and with disconnect; the reference cuts the sockets (reference/originchats.md §1.9, §11.3).",
  "voice-no-echo":
    "voice_user_joined does not go to the session that joins, which the web client would make call itself (reference/originchats.md §8).",
  "voice-peers-inside":
    "Peer ids go only to those in the call; the reference gives them to every viewer (reference/originchats.md §2.9, §11.1).",
  "voice-sessions":
    "Two sessions of one user are two participants, and one of them leaving keeps the other; the reference overwrites (reference/originchats.md §8).",
  "voice-hidden":
    "A voice channel that one may not view and one that is not there are refused with the same words (reference/originchats.md §2.9).",
  "voice-rights":
    "voice_join asks for the permission connect and keeps to the channel's user limit; who has no speak is muted (reference/originchats.md §8).",
  "voice-ends":
    "A ban, a kick, lost rights, and a deleted or changed channel end places in calls at once, which the session is told by voice_user_left of each other and voice_leave (reference/originchats.md §8, §11.2).",
  "voice-moderation":
    "Extension: voice_server_mute {user, muted, reason?} and voice_move {user, channel or null, reason?} (reference/originchats.md §8).",
  "voice-timeout":
    "Who is timed out is muted in calls until it ends, and cannot unmute; the reference lets them speak (reference/originchats.md §7, §8).",
  "voice-relay":
    "Extension: a client that joins with `relay: true` needs no peer_id. It sends its offers with voice_publish {sdp} (what it sends) and voice_subscribe {sdp} (what it hears, anew whenever a `stream` came or went), and each is answered in kind. Participants have `stream`, the msid of what is heard from them, while there is something to hear; voice_speaking goes only to who has offered. Those who came with a peer_id and those who use the relay do not hear each other (reference/originchats.md §8).",
  "slash-empty-list":
    "slash_register takes an empty list, as every chats.py bot without commands sends it (reference/originchats.md §2.8).",
  "slash-whole-set":
    "A bad command registers none of its list, and names that a new list leaves out are told by slash_remove (reference/originchats.md §2.8).",
  "slash-sessions":
    "Several sessions of one bot may register; the newest answers. A name has one owner, the bot that was first, and slash_list shows it once (reference/originchats.md §2.8).",
  "slash-whitelist":
    "One of the white-listed roles suffices, and the owner is never kept out (reference/originchats.md §2.8, §11.2).",
  "slash-typed": "Arguments are checked and converted by their option's type and choices (reference/originchats.md §2.8, §11.2).",
  "slash-call-channel":
    "A bot's command needs view and send in the channel and use_slash_commands, and a bot is not told of channels where it could not answer (reference/originchats.md §2.8).",
  "slash-real-calls":
    "slash_response is taken only in answer to a call of the last 24 hours, by that bot for that invoker in that channel, with send, limits of length and pace (reference/originchats.md §2.8, §11.1).",
  "slash-command-inferred":
    "A slash_response without command answers the newest call that fits, since chats.py never sends it (reference/originchats.md §10.6).",
  "slash-ephemeral":
    "An ephemeral answer goes to the invoker alone, with message.ephemeral, and is not stored (reference/originchats.md §2.8).",
  "slash-threads":
    "slash_call and slash_response take `thread_id`; an answer that names only the forum stands where the newest call that fits was made, and a call in a forum alone is refused in words (reference/originchats.md §2.8, §10.1).",
  "slash-help": "/help works, and only its caller sees the answer (reference/originchats.md §9.4).",
  "rotur-away":
    "A Rotur service that does not answer, or not sensibly, is told by auth_error and holds nobody else up; the reference is silent and stands still (reference/originchats.md §1.6).",
  "rotur-names":
    "An account of the Rotur service whose id or name could be taken for a local account is refused, and of two whose names look alike the later is shown with a part of its id (reference/originchats.md §1.6, §5.1).",
  "thread-seed":
    "A thread begins with a message of the server's own; the reference leaves it empty, and the web client shows nothing live in it (reference/originchats.md §10.5).",
  "thread-decides":
    "Where `thread_id` is given, `channel` says nothing; the reference echoes it as the place (reference/originchats.md §2.1 message_new).",
  "thread-closed-reads":
    "Locked and archived threads can be read; the reference refuses (reference/originchats.md §2.1 messages_get, §11.2).",
  "thread-return-told":
    "A message in an archived thread brings it back and everybody is told with `thread_update`; the reference is silent (reference/originchats.md §2.1 message_new).",
  "thread-update-view":
    "`thread_update` carries `channel`; it, `thread_join` and `thread_leave` go to those who may view the forum, not to everyone (reference/originchats.md §2.4, §11.2).",
  "thread-lock-refused":
    "`locked` without `manage_threads` is refused instead of left out silently (reference/originchats.md §2.4).",
  "thread-name": "A thread's name has at most 100 characters (reference/originchats.md §2.4, §7).",
  "thread-acts-logged": "Changing or deleting somebody else's thread is in the modlog (reference/originchats.md §2.4, §2.15).",
  "thread-join-once":
    "`thread_join` of a thread one takes part in already is answered, and not told to others again (reference/originchats.md §2.4).",
  "thread-author-leaves":
    "Who began a thread may leave it; the reference keeps them in it silently (reference/originchats.md §2.4).",
  "thread-typing": "Nobody is shown as typing in a locked thread (reference/originchats.md §5.5).",
  "thread-start":
    "`thread_messages` takes a number as `start`, not a message id; `messages_around` does that (reference/originchats.md §2.4).",
  "threads-listed":
    "channels_get lists the newest 500 threads of a forum in the order in which they were begun, and of each the first 20 participants and oneself (reference/originchats.md §5.8).",
  "thread-unreads":
    "unreads_get counts the threads one takes part in, as `thread:<id>`, which the web client knows (reference/originchats.md §2.2).",
  "forum-threads-searched":
    "A message asked for in a forum without `thread_id` is looked for in its threads; messages_search of a forum looks through all of them (reference/originchats.md §10.1).",
  "forum-pins":
    "messages_pinned of a forum without `thread_id`, as the web client's panel asks, lists the newest 250 pins of its threads (reference/originchats.md §2.1, §10.1).",
  "thread-pins": "Messages of threads can be pinned and replies in them listed (reference/originchats.md §2.1).",
  "poll-message":
    "A poll is a proper `message_new` whose embed carries the poll's id and, in history too, how it stands (reference/originchats.md §2.13).",
  "poll-secret":
    "Nobody is told who chose what before the end, in `poll_vote_update` neither; afterwards it is usernames, at most 1000 (reference/originchats.md §2.13, §11.1).",
  "poll-selection":
    "`option_ids` is all that one chooses, nothing takes the vote back, and several are refused where one may be chosen (reference/originchats.md §2.13).",
  "poll-expiry":
    "A poll whose time is up is ended within five seconds and everybody is told once; it ends within 366 days (reference/originchats.md §2.13).",
  "poll-end-once": "Who ends a poll is sent one `poll_end`, not two (reference/originchats.md §2.13).",
  "poll-limits":
    "Polls keep to the kind of channel, locked threads, slow mode, the messages' rate limit and the lengths of embeds (reference/originchats.md §2.13).",
  "poll-goes-with-message": "Deleting its message deletes a poll (reference/originchats.md §2.1 message_delete).",
  "poll-embed-fixed": "The embeds of a poll's message cannot be changed (reference/originchats.md §2.1 message_edit).",
  "plugins-by-permission":
    "`plugins_list` and `plugins_reload` need the permission manage_server, as the documentation says, instead of the role owner (reference/originchats.md §2.14).",
  "automod-before":
    "A message or edit with blocked words is refused before anybody sees it, in threads too, instead of being shown and then deleted; owners are exempt by default (reference/originchats.md §9.3).",
  "welcome-asked-for": "Nobody is greeted unless the operator enables the plugin (reference/originchats.md §9.3).",
  "moderation-by-permission":
    "`/ban`, `/mute` and the others ask for the caller's own permissions and rank instead of the roles admin and owner; `/unmute` unmutes (reference/originchats.md §9.4).",
  "plugin-hears-no-secrets":
    "Plugins may change and refuse what they are allowed to hear, and are never told passwords or their hashes (reference/originchats.md §9.1, §11.1).",
  "direct-messages":
    "Extension: a client that says `direct_messages_on` is sent `direct_message_new{from, to, content}`, and whoever is not reached so is not reached; nothing of it is kept (reference/chatsock.md).",
  "upload-token":
    "The token of `ready`, as `validator` or as `Authorization: Bearer`, opens uploads while its session lives, so that accounts of this server can send files too (reference/originchats.md §4.2).",
  "upload-own-key":
    "A Rotur validator opens uploads only for the account that is signed in on the connection whose handshake gave the key; the reference takes any key, so that another server could use a validator that was made for it (reference/originchats.md §1.6, §4.2).",
  "upload-raw":
    "Extension: POST /attachments/upload?channel=…&name=… with the bytes alone as body and a Bearer token; nothing is held in memory (reference/originchats.md §4.2).",
  "upload-too-large":
    "A file beyond the limit is refused with 413 and `(max N bytes)`, which the web client reads; the reference says 400 (reference/originchats.md §4.2).",
  "upload-type-by-content":
    "A file's type is what its content is, whatever the sender says; one that is not allowed is refused with 415 (reference/originchats.md §4.2, §11.1).",
  "upload-base64": "What is not base64 is refused; the reference stores nothing in its place (reference/originchats.md §4.2).",
  "upload-own":
    "Each upload is an attachment of its own, also when somebody else has sent the same bytes (reference/originchats.md §4.2, §11.2).",
  "upload-rights": "Uploading needs attach_files, and is refused to who is banned or timed out (reference/originchats.md §11.1).",
  "attachment-served-safely":
    "What could act in a page (SVG, HTML, PDF) is only ever saved, and every file carries nosniff and a sandbox (reference/originchats.md §11.1).",
  "attachment-rights":
    "attachment_get shows what one uploaded or may view; attachment_delete is for the uploader and for who may delete messages there, takes it out of its message, and is told to all viewers (reference/originchats.md §2.11).",
  "attachment-urls":
    "A file's address is complete: server.url, or else by which whoever asks reaches the server (live: by which the sender does) (reference/originchats.md §4.2).",
  "attachments-per-message":
    "A message carries at most 10 attachments, and an upload goes into one message (reference/originchats.md §7).",
  "attachments-with-message":
    "Deleting a message deletes its own attachments and nobody else's (reference/originchats.md §11.2).",
  "emoji-told":
    "emoji_add and emoji_update carry `name` and `fileName`, and all three are told to everybody (reference/originchats.md §2.10).",
  "emoji-reasons":
    "emoji_add says what is wrong, and changing or deleting an unknown emoji is an error (reference/originchats.md §2.10).",
  "emoji-ids": "An emoji's number is never used again (reference/originchats.md §2.10).",
  "emoji-frames": "An animated emoji keeps its frames, and emoji_update takes a picture (reference/originchats.md §2.10, §11.2).",
  "server-pictures":
    "server_update takes data: addresses for icon and banner and serves them at /server-assets (reference/originchats.md §4).",
  "webhook-tokens":
    "webhook_list, which shows tokens, asks for manage_server and `view` of the channel (reference/originchats.md §2.12, §11.1).",
  "webhook-regenerate": "webhook_regenerate changes the token (reference/originchats.md §2.12).",
  "webhook-secret":
    "Extension: with `secret` a webhook takes only what GitHub has signed with it; it is never shown, `signed` says that there is one (reference/originchats.md §11.1).",
  "webhooks-bounded":
    "A channel has at most webhooks.max_per_channel webhooks; their messages obey the limits of all messages and a rate, and call nobody by a role that everybody has (reference/originchats.md §4.3).",
  "webhook-github-events":
    "GitHub's ping and other events are answered with 204, and the common ones are told as embeds (reference/originchats.md §4.3, §11.2).",
  "push-endpoints":
    "A push subscription must name a public https address, and nothing else is ever reached (reference/originchats.md §2.11, §11.1).",
  "push-by-endpoint":
    "Subscriptions are kept by endpoint, ten for each user; the fingerprint is made of it and of nothing about the person (reference/originchats.md §5.18).",
  "push-needs-view": "Nobody is notified of a message in a channel they may not view (reference/originchats.md §2.11).",
} as const;
