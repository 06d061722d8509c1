import { openAsset } from "./open-asset.ts";

export const operations = [openAsset] as const;
export const events = [] as const;
