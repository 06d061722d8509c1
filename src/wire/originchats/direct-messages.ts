import { z } from "zod";
import { beginAttendance } from "../../domain/attendance/attend.ts";
import { sendDirectMessage } from "../../domain/attendance/direct-message.ts";
import type { EventData } from "../../domain/index.ts";
import { binding } from "../wire.ts";
import { TEXT } from "./meant.ts";
import { username } from "./names.ts";
import { complain } from "./sentences.ts";

/** An extension: the client tells that it shows direct messages. Without this its user cannot be reached by one. */
const directMessagesOn = binding({
  name: "direct_messages_on",
  operation: beginAttendance,
  request: () => z.looseObject({}),
  toInput: () => ({ sits: false }),
  toReply: () => ({ cmd: "direct_messages_on" }),
});

export const directMessageFrame = ({ from, to, content }: EventData<"direct-message.sent">) => ({
  cmd: "direct_message_new",
  from: username(from),
  to: username(to),
  content,
});

/** An extension: to the other and to the sender's own sessions. No history has it. */
const directMessageNew = binding({
  name: "direct_message_new",
  operation: sendDirectMessage,
  answer: "direct-message.sent",
  request: () =>
    z.looseObject({ user: TEXT.optional(), content: TEXT.optional() }).superRefine(({ user, content }, context) => {
      if (typeof user !== "string" || !user) complain(context, "User is required");
      else if (typeof content !== "string" || !content.trim()) complain(context, "Message content is required");
    }),
  toInput: (r) => ({ user: (r.user as string).slice(0, 200), content: r.content as string }),
  toReply: () => undefined,
});

export const bindings = [directMessagesOn, directMessageNew] as const;
