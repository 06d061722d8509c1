import { memberJoined } from "./account.ts";
import { confirmAccount } from "./confirm-account.ts";
import { logIn } from "./log-in.ts";
import { redeemToken } from "./redeem-token.ts";
import { createAccount, registerAccount } from "./register-account.ts";
import { changePassword, setPassword } from "./set-password.ts";

export const operations = [
  registerAccount,
  createAccount,
  logIn,
  confirmAccount,
  redeemToken,
  changePassword,
  setPassword,
] as const;
export const events = [memberJoined] as const;
