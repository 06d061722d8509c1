import { mintToken } from "./mint-token.ts";
import { tokenMinted } from "./token.ts";
import { verifyToken } from "./verify-token.ts";

export const operations = [mintToken, verifyToken] as const;
export const events = [tokenMinted] as const;
