import { createThread } from "./create-thread.ts";
import { deleteThread } from "./delete-thread.ts";
import { joinThread, leaveThread } from "./join-thread.ts";
import { listThreads, showThread } from "./show-thread.ts";
import { threadCreated, threadDeleted, threadJoined, threadLeft, threadUpdated } from "./thread.ts";
import { updateThread } from "./update-thread.ts";

export const operations = [createThread, showThread, listThreads, updateThread, deleteThread, joinThread, leaveThread] as const;
export const events = [threadCreated, threadUpdated, threadDeleted, threadJoined, threadLeft] as const;
