import { messageExpired } from "./expire-messages.ts";
import { sweepRetention } from "./sweep-retention.ts";

export const operations = [sweepRetention] as const;
export const events = [messageExpired] as const;
