import { issueToken } from "./issue-token.ts";
import { recogniseCaller } from "./recognise-caller.ts";

export const operations = [issueToken, recogniseCaller] as const;
export const events = [] as const;
