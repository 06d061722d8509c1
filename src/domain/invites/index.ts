import { createInvite } from "./create-invite.ts";
import { listInvites } from "./list-invites.ts";
import { redeemInvite } from "./redeem-invite.ts";
import { revokeInvite } from "./revoke-invite.ts";

export const operations = [createInvite, listInvites, revokeInvite, redeemInvite] as const;
