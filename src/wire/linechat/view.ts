import { sendDirectMessage } from "../../domain/attendance/direct-message.ts";
import { listMessages } from "../../domain/messages/list-messages.ts";
import { sendMessage } from "../../domain/messages/send-message.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { messageSaid } from "./render.ts";
import { messageRows } from "./said.ts";
import type { LineSession, Seat } from "./session.ts";
import { oneLine } from "./text.ts";

/** How long one can read what stands there before the view takes the screen. */
const READ_MS = 5000;

/** Opens the chat view with its history; from then on every line is a message. */
export async function openView(session: LineSession): Promise<void> {
  const { seat, screen } = session;
  if (!seat) return session.line("You are not connected to a chatroom or a DM! Please connect to one first.\r\n");
  session.line("Entering chat view. You can leave chat view by executing :q.");
  session.line("No other command works there.");
  if (screen) await session.sleep(READ_MS);
  else session.line("");
  // Sent away, or the room is gone, while reading.
  if (session.ended || session.seat !== seat) return;
  session.awaitView(seat);
  const { shown, rows } = seat.kind === "room" ? await history(session, seat) : { shown: new Set<string>(), rows: [] };
  session.openView(rows, shown);
}

async function history(session: LineSession, { id, name }: Seat): Promise<{ shown: Set<string>; rows: string[] }> {
  const { kernel, settings } = session.chat;
  const read = !session.isGuest;
  const { messages } = await kernel.invoke(listMessages, session.actor, { channel: id, limit: settings.view_lines, read });
  const rows = messages.flatMap((message) => {
    const said = messageSaid(message, name);
    return messageRows(said.author, said.rows, settings.username_limit);
  });
  return { shown: new Set(messages.map((message) => message.id)), rows: rows.slice(-settings.view_lines) };
}

/** A line typed in the view. */
export async function say(session: LineSession, line: string): Promise<void> {
  const { chat, seat, actor } = session;
  const content = oneLine(line);
  if (content === ":q") {
    session.leaveView();
    return session.line("You left chat view.\r\n");
  }
  session.typed();
  if (content === "" || !seat) return;
  const max = chat.settings.message_limit;
  if (max > 0 && [...content].length > max) throw new Refusal("too-large", "message.content", { max });
  if (seat.kind === "room") await chat.kernel.invoke(sendMessage, actor, { channel: seat.id, content });
  else await chat.kernel.invoke(sendDirectMessage, actor, { user: seat.id, content });
}
