import { z } from "zod";
import type { EventData } from "../../domain/index.ts";
import { deleteMessage } from "../../domain/messages/delete-message.ts";
import { editMessage } from "../../domain/messages/edit-message.ts";
import { pinMessage } from "../../domain/messages/pin-message.ts";
import { addReaction, removeReaction } from "../../domain/messages/react-to-message.ts";
import { binding } from "../wire.ts";
import { TEXT, YES_OR_NO } from "./meant.ts";
import { checkEmbeds, checkPlace, EMBEDS, embedsOf, PLACE, threadId, whereOf, wireMessage, wirePings } from "./messages.ts";
import { username } from "./names.ts";

export const editFrame = ({ message, pings, place }: EventData<"message.edited">) => ({
  cmd: "message_edit",
  id: message.id,
  content: message.content,
  message: { ...wireMessage(message), ...((pings.users.length || pings.roles.length) && { pings: wirePings(pings) }) },
  channel: place.name,
  ...threadId(place),
  global: true,
});

export const messageEdit = binding({
  name: "message_edit",
  operation: editMessage,
  answer: "message.edited",
  request: () =>
    z.looseObject({ ...PLACE, ...EMBEDS, id: z.string().nullish(), content: z.string().nullish() }).superRefine((r, context) => {
      checkPlace(context, (r.channel || r.thread_id) && r.id && r.content ? undefined : "Invalid message edit format");
      checkEmbeds(r, context);
    }),
  toInput: (r) => ({ ...whereOf(r), id: r.id!, content: r.content!, embeds: embedsOf(r) }),
  toReply: () => undefined,
});

export const deleteFrame = ({ id, place }: Pick<EventData<"message.deleted">, "id" | "place">) => ({
  cmd: "message_delete",
  id,
  channel: place.name,
  ...threadId(place),
  global: true,
});

export const messageDelete = binding({
  name: "message_delete",
  operation: deleteMessage,
  answer: "message.deleted",
  request: () =>
    z
      .looseObject({ ...PLACE, id: z.string().nullish() })
      .superRefine((r, context) =>
        checkPlace(context, (r.channel || r.thread_id) && r.id ? undefined : "Invalid message delete format"),
      ),
  toInput: (r) => ({ ...whereOf(r), id: r.id! }),
  toReply: () => undefined,
});

export const pinFrame = ({ id, pinned, place }: Pick<EventData<"message.pinned">, "id" | "pinned" | "place">) => ({
  cmd: pinned ? "message_pin" : "message_unpin",
  id,
  channel: place.name,
  ...threadId(place),
  pinned,
  global: true,
});

const pinRequest = () =>
  z
    .looseObject({ ...PLACE, id: z.string().nullish(), pinned: YES_OR_NO.optional() })
    .superRefine((r, context) =>
      checkPlace(
        context,
        !r.channel && !r.thread_id ? "Channel name not provided" : !r.id ? "Message ID is required" : undefined,
      ),
    );

/** With `pinned: false` it unpins: the web client knows no other way (reference/originchats.md §2.1). */
export const messagePin = binding({
  name: "message_pin",
  operation: pinMessage,
  answer: "message.pinned",
  request: pinRequest,
  toInput: (r) => ({ ...whereOf(r), id: r.id!, pinned: r.pinned !== false }),
  toReply: pinFrame,
});

export const messageUnpin = binding({
  name: "message_unpin",
  operation: pinMessage,
  answer: "message.pinned",
  request: pinRequest,
  toInput: (r) => ({ ...whereOf(r), id: r.id!, pinned: false }),
  toReply: pinFrame,
});

export const reactionFrame = (cmd: "message_react_add" | "message_react_remove", data: EventData<"reaction.added">) => ({
  cmd,
  id: data.id,
  emoji: data.emoji,
  channel: data.place.name,
  ...threadId(data.place),
  from: username(data.by),
  global: true,
});

const reactRequest = () =>
  z
    .looseObject({ ...PLACE, id: z.string().nullish(), emoji: TEXT.optional() })
    .superRefine((r, context) =>
      checkPlace(
        context,
        !r.id || r.emoji === undefined || r.emoji === null || r.emoji === ""
          ? "Message ID and emoji are required"
          : typeof r.emoji !== "string"
            ? "Invalid emoji"
            : !r.channel && !r.thread_id
              ? "Missing fields: channel or thread_id"
              : undefined,
      ),
    );

export const messageReactAdd = binding({
  name: "message_react_add",
  operation: addReaction,
  answer: "reaction.added",
  request: reactRequest,
  toInput: (r) => ({ ...whereOf(r), id: r.id!, emoji: r.emoji as string }),
  toReply: () => undefined,
});

export const messageReactRemove = binding({
  name: "message_react_remove",
  operation: removeReaction,
  answer: "reaction.removed",
  request: reactRequest,
  toInput: (r) => ({ ...whereOf(r), id: r.id!, emoji: r.emoji as string }),
  toReply: () => undefined,
});

export const bindings = [messageEdit, messageDelete, messagePin, messageUnpin, messageReactAdd, messageReactRemove] as const;
