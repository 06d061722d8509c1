import { communityUpdated } from "./community.ts";
import { followSettings } from "./follow-settings.ts";
import { foundCommunity } from "./found-community.ts";
import { claimOwnership, offerOwnership } from "./ownership.ts";
import { showCommunity } from "./show-community.ts";
import { updateCommunity } from "./update-community.ts";

export const operations = [
  foundCommunity,
  followSettings,
  showCommunity,
  updateCommunity,
  offerOwnership,
  claimOwnership,
] as const;
export const events = [communityUpdated] as const;
