/** Where this server does otherwise than the reference, by a key that tests cite, with the reason. */
export const deviations = {
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
    "Besides rate_limit an error with the words that the web client shows is sent, and rate_limit always has its reason (reference/originchats.md §10.4).",
  "modlog-names": "Ids of modlog entries are unique, and a reason is among the details (reference/originchats.md §5.17).",
  "info-counts":
    "/info counts the channels that a newcomer may view, sessions of signed-in users only, and no invisible or banned members (reference/originchats.md §4.1).",
  "http-cors": "CORS headers stand on every answer, on 400 and 405 too (reference/originchats.md §4).",
} as const;
