import { listMessages } from "./list-messages.ts";
import { messageCreated } from "./message.ts";
import { sendMessage } from "./send-message.ts";

export const operations = [sendMessage, listMessages] as const;
export const events = [messageCreated] as const;
