import { z } from "zod";
import type { Community } from "../../domain/community/community.ts";
import { claimOwnership } from "../../domain/community/ownership.ts";
import { showCommunity } from "../../domain/community/show-community.ts";
import { updateCommunity } from "../../domain/community/update-community.ts";
import { binding } from "../wire.ts";
import { TEXT, TEXT_OR_NULL } from "./meant.ts";
import { userRolesFrame } from "./roles.ts";
import { complain } from "./sentences.ts";

const described = ({ name, icon, banner }: Community) => ({ name, icon: icon ?? "", banner: banner ?? "" });
export const serverUpdateFrame = (community: Community) => ({ cmd: "server_update", ...described(community) });

const serverInfo = binding({
  name: "server_info",
  operation: showCommunity,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ community }) => ({ cmd: "server_info", ...described(community) }),
});

const PARTS = { name: "Name", icon: "Icon", banner: "Banner" } as const;

const serverUpdate = binding({
  name: "server_update",
  operation: updateCommunity,
  answer: "community.updated",
  request: () =>
    z
      .looseObject({ name: TEXT.optional(), icon: TEXT_OR_NULL.optional(), banner: TEXT_OR_NULL.optional() })
      .superRefine((r, context) => {
        for (const [part, called] of Object.entries(PARTS)) {
          const value = r[part];
          if (value !== undefined && value !== null && typeof value !== "string")
            return complain(context, `${called} must be a string or null`);
        }
        if (r.name === undefined && r.icon === undefined && r.banner === undefined) complain(context, "No updates provided");
      }),
  toInput: (r) =>
    Object.fromEntries(Object.keys(PARTS).flatMap((part) => (r[part] === undefined ? [] : [[part, r[part] as string | null]]))),
  toReply: ({ community }) => serverUpdateFrame(community),
});

/** An extension: by it a member becomes the owner with the code that the console showed. */
const ownershipClaim = binding({
  name: "ownership_claim",
  operation: claimOwnership,
  answer: "member.roles-changed",
  request: () =>
    z
      .looseObject({ code: TEXT.optional() })
      .superRefine((r, context) => void ((typeof r.code === "string" && r.code !== "") || complain(context, "Code is required"))),
  toInput: (r) => ({ code: r.code as string }),
  toReply: ({ member }) => userRolesFrame(member),
});

export const bindings = [serverInfo, serverUpdate, ownershipClaim] as const;
