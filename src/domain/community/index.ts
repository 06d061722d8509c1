import { communityUpdated } from "./community.ts";
import { foundCommunity } from "./found-community.ts";

export const operations = [foundCommunity] as const;
export const events = [communityUpdated] as const;
