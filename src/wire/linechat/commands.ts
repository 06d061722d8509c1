import { leaveChannel } from "../../domain/attendance/attend.ts";
import { openDirectMessage } from "../../domain/attendance/direct-message.ts";
import { enterChannel } from "../../domain/attendance/enter-channel.ts";
import { listAttendants } from "../../domain/attendance/list-attendants.ts";
import { listChannels } from "../../domain/channels/list-channels.ts";
import { listUsers } from "../../domain/users/list-users.ts";
import { UNPROMPTED } from "../../kernel/kernel.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { register, signIn } from "./entrance.ts";
import { sentence } from "./sentences.ts";
import type { LineSession } from "./session.ts";
import { oneLine } from "./text.ts";
import { openView } from "./view.ts";

export const UNKNOWN = "Unknown command. Maybe check ':help'?";
const NOWHERE = "You are not connected to a chatroom or a DM!";

interface Command {
  /** What it wants to be told, if anything. */
  readonly argument?: string;
  readonly summary: string;
  run(session: LineSession, argument: string): Promise<"quit" | void> | void;
}

/** In the order in which `:help` lists them. */
const COMMANDS: Readonly<Record<string, Command>> = {
  help: { summary: "Show this list", run: help },
  list: { summary: "List all users in the current chatroom / DM", run: list },
  listall: { summary: "List all users online", run: listAll },
  rooms: { summary: "List all available chatrooms", run: rooms },
  join: { argument: "chatroom", summary: "Join a chatroom", run: join },
  dm: { argument: "user", summary: "Talk with one user; nothing of it is kept", run: direct },
  chat: { summary: "Enter the chat view of the chatroom / DM; :q leaves it", run: openView },
  close: { summary: "Leave the current chatroom / DM", run: close },
  login: { argument: "name", summary: "Log in to an account", run: (session, name) => become(session, name, signIn) },
  register: {
    argument: "name",
    summary: "Make an account, so that the name is yours",
    run: (session, name) => become(session, name, register),
  },
  plain: { summary: "Show lines only, as a screen reader wants them", run: (session) => look(session, true) },
  screen: { summary: "Draw the chat view on the whole screen", run: (session) => look(session, false) },
  bell: { summary: "Ring when somebody calls you, or no longer", run: bell },
  quit: { summary: "Close the connection", run: quit },
};
export const commandNamed = (name: string): Command | undefined => (Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined);

function help(session: LineSession): void {
  session.line("Command list:");
  for (const [name, { argument, summary }] of Object.entries(COMMANDS))
    session.line(`  ${`:${name}${argument ? ` <${argument}>` : ""}`.padEnd(18)}${summary}`);
  session.line("");
}

async function list(session: LineSession): Promise<void> {
  const { seat, chat, actor } = session;
  if (!seat) return session.line(`${NOWHERE} Did you mean to use :listall?\r\n`);
  if (seat.kind === "dm") {
    session.line(`Users connected to DM with '${seat.name}':`);
    for (const name of [oneLine(actor.name), seat.name]) session.line(`  - ${name}`);
    return session.line("");
  }
  const { sitting, reading } = await chat.kernel.invoke(listAttendants, actor, { channel: seat.id });
  session.line(`Users connected to room '${seat.name}':`);
  for (const { name } of sitting) session.line(`  - ${oneLine(name)}`);
  for (const { name } of reading) session.line(`  - ${oneLine(name)} (by another client)`);
  session.line("");
}

async function listAll(session: LineSession): Promise<void> {
  const { members } = await session.chat.kernel.invoke(listUsers, session.actor, { here: true });
  session.line("Currently connected users:");
  for (const { user } of members) session.line(` - ${oneLine(user.name)}`);
  session.line("");
}

async function rooms(session: LineSession): Promise<void> {
  const { channels } = await session.chat.kernel.invoke(listChannels, session.actor, {});
  session.line("Availiable chatrooms:");
  for (const { kind, listed, name, description } of channels)
    if (kind === "text" && listed) session.line(`  - ${oneLine(name)}${description ? ` (${oneLine(description)})` : ""}`);
  session.line("");
}

async function join(session: LineSession, room: string): Promise<void> {
  const { kernel } = session.chat;
  let password: string | undefined;
  for (;;) {
    try {
      const { channel } = await kernel.invoke(enterChannel, session.actor, {
        channel: room,
        ...(password !== undefined && { password }),
      });
      const name = oneLine(channel.name);
      session.seat = { kind: "room", id: channel.id, name };
      session.line(`You joined the room '${name}'!`);
      return session.line("Execute :chat to enter the chat view\r\n");
    } catch (why) {
      if (!(why instanceof Refusal) || why.reason !== "channel.password-needed") throw why;
      session.line(sentence(why));
      password = await session.nextHidden("Password: ");
      if (password === undefined) return;
    }
  }
}

async function direct(session: LineSession, user: string): Promise<void> {
  const { to } = await session.chat.kernel.invoke(openDirectMessage, session.actor, { user });
  await getUp(session);
  const name = oneLine(to.name);
  session.seat = { kind: "dm", id: to.id, name };
  session.line(`You started a DM with '${name}'! Nothing of it is kept.`);
  session.line("Execute :chat to enter the chat view\r\n");
}

async function close(session: LineSession): Promise<void> {
  const { seat } = session;
  if (!seat) return session.line(`${NOWHERE}\r\n`);
  await getUp(session);
  session.line(seat.kind === "room" ? `You left the room '${seat.name}'.\r\n` : `You closed the DM with '${seat.name}'.\r\n`);
}
async function getUp(session: LineSession): Promise<void> {
  session.seat = undefined;
  await session.chat.kernel.invoke(leaveChannel, session.actor, {}, UNPROMPTED);
}

async function become(
  session: LineSession,
  name: string,
  how: (session: LineSession, name: string) => Promise<void>,
): Promise<void> {
  if (!session.isGuest) return session.line("You are logged in already. Execute :quit, and come again as somebody else.\r\n");
  await how(session, name);
  if (!session.isGuest && !session.ended) session.line(`You are now connected as '${oneLine(session.actor.name)}'.`);
  session.line("");
}

function look(session: LineSession, plain: boolean): void {
  session.choosePlain(plain);
  session.line(plain ? "From now on there are lines only.\r\n" : "From now on the chat view is drawn on the whole screen.\r\n");
}

function bell(session: LineSession): void {
  session.bell = !session.bell;
  session.line(session.bell ? "The bell rings when somebody calls you.\r\n" : "The bell is silent.\r\n");
}

async function quit(session: LineSession): Promise<"quit" | void> {
  const sure = await session.next(
    session.seat
      ? "You are connected to a chatroom / dm. Are you sure you want to close this connection and quit? (y/n) "
      : "Are you sure you want to quit? (y/n) ",
  );
  if (sure !== undefined && !/^y(es)?$/i.test(sure.trim())) return session.line("");
  session.line("Disconnecting. Goodbye!");
  return "quit";
}
