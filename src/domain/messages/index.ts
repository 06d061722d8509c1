import { deleteMessage } from "./delete-message.ts";
import { editMessage } from "./edit-message.ts";
import { getMessage } from "./get-message.ts";
import { listAround } from "./list-around.ts";
import { listMessages } from "./list-messages.ts";
import { listPinned } from "./list-pinned.ts";
import { listReplies } from "./list-replies.ts";
import {
  messageCreated,
  messageDeleted,
  messageEdited,
  messagePinned,
  reactionAdded,
  reactionRemoved,
  typingStarted,
} from "./message.ts";
import { pinMessage } from "./pin-message.ts";
import { addReaction, removeReaction } from "./react-to-message.ts";
import { sendMessage } from "./send-message.ts";
import { startTyping } from "./start-typing.ts";

export const operations = [
  sendMessage,
  editMessage,
  deleteMessage,
  pinMessage,
  addReaction,
  removeReaction,
  startTyping,
  getMessage,
  listMessages,
  listAround,
  listReplies,
  listPinned,
] as const;
export const events = [
  messageCreated,
  messageEdited,
  messageDeleted,
  messagePinned,
  reactionAdded,
  reactionRemoved,
  typingStarted,
] as const;
