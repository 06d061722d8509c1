import { indexSearch } from "./index-words.ts";
import { searchMessages } from "./search-messages.ts";

export const operations = [searchMessages, indexSearch] as const;
export const events = [] as const;
