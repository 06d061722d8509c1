import { memberJoined } from "./account.ts";
import { logIn } from "./log-in.ts";
import { registerAccount } from "./register-account.ts";

export const operations = [registerAccount, logIn] as const;
export const events = [memberJoined] as const;
