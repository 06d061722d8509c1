import { communityUpdated } from "./community.ts";
import { foundCommunity } from "./found-community.ts";
import { showCommunity } from "./show-community.ts";

export const operations = [foundCommunity, showCommunity] as const;
export const events = [communityUpdated] as const;
