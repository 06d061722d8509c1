import { findAbsent, forgetSubscription } from "./find-absent.ts";
import { showPushKey, subscribe, unsubscribe } from "./subscribe.ts";

export const operations = [showPushKey, subscribe, unsubscribe, findAbsent, forgetSubscription] as const;
export const events = [] as const;
