import { searchMessages } from "./search-messages.ts";

export const operations = [searchMessages] as const;
export const events = [] as const;
