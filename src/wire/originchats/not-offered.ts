/**
 * Commands of the protocol (reference/originchats.md §2.0) that no operation answers, and why. Whoever sends one is told that it is unknown
 *, and the handshake does not announce it, so that clients hide what needs it.
 */
export const commandsNotOffered: Readonly<Record<string, string>> = {};

/** Operations that no command of this wire asks for, and why. */
export const operationsNotOffered: Readonly<Record<string, string>> = {
  "community.found": "the server does it at its first start",
  "community.follow-settings": "the server does it when it starts or its settings are read again",
  "ownership.offer": "the server does it at its first start, or the operator",
  "account.create": "the operator's; on this wire people register themselves",
  "account.set-password": "the operator's; on this wire it is password_set",
  "user.show": "the operator's",
  "user.remove": "the operator's; on this wire a member leaves or is banned",
  "member.rename": "on this wire it is the slash command /nick",
  "role.grant": "the operator's; on this wire user_roles_set gives the whole list",
  "role.revoke": "the operator's; on this wire user_roles_set gives the whole list",
  "permission.explain": "the operator's",
  "token.mint": "the operator's, and of game servers by their own wire",
  "token.verify": "the operator's",
  "invite.create": "the operator's",
  "invite.list": "the operator's",
  "invite.revoke": "the operator's",
  "invite.redeem": "on this wire an invite is brought to register",
  "channel.show": "the operator's; on this wire channels_get lists what there is to know",
  "thread.list": "the operator's; on this wire channels_get lists the threads of each forum",
  "poll.end-due": "the clock does it",
  "retention.sweep": "the clock does it",
  "search.index": "the clock does it, and searching",
  "voice.settle": "the server does it when somebody may have lost their place",
  "voice.follow-relay": "the server does it when its relay says something",
  "slash.announce": "the server does it when a plugin comes or goes",
  "guest.enter": "guests come by the line chat",
  "guest.leave": "guests come by the line chat",
  "guest.sweep": "the start of the server does it",
  "attendance.end": "the end of the connection does it",
  "channel.set-password": "the operator's",
  "channel.enter": "on this wire nobody sits in one channel",
  "channel.leave": "on this wire nobody sits in one channel",
  "channel.attendants": "on this wire nobody sits in one channel",
  "direct-message.open": "on this wire one simply sends it",
  "channel.audience": "the hub asks for it when a session begins to listen",
  "session.open": "signing in does it",
  "session.issue-token": "signing in does it; ready carries the token",
  "session.recognise": "HTTP asks for it with every upload",
  "attachment.upload": "HTTP: POST /attachments/upload",
  "attachment.open": "HTTP: GET /attachments/{id}",
  "emoji.open": "HTTP: GET /emojis/{file name or id}",
  "asset.open": "HTTP: GET /server-assets/{icon or banner}",
  "webhook.post": "HTTP: POST /webhooks",
  "webhook.post-github": "HTTP: POST /webhooks with X-GitHub-Event",
  "push.find-absent": "the server does it after a message that calls upon somebody",
  "push.forget": "the server does it when a push service says that a browser is gone",
  "session.close": "the end of the connection does it",
  ...because("the operator's: chat plugins", [
    "plugin.enable",
    "plugin.disable",
    "plugin.configure",
    "plugin.install",
    "plugin.remove",
  ]),
  ...because("a plugin's, about itself", [
    "plugin.show-own",
    "plugin.report-started",
    "plugin.report-stopped",
    "plugin-store.get",
    "plugin-store.put",
    "plugin-store.drop",
    "plugin-store.list-keys",
    "plugin-turn.take",
  ]),
};

function because(why: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]));
}
