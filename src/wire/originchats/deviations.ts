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
  "password-set": "Extension: `password_set {old_password, password}` (reference/originchats.md §1.5).",
  "slash-needs-send": "A slash command is answered only where its caller may send (reference/originchats.md §2.8, §11.1).",
} as const;
