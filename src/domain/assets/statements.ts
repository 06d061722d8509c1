import { read, write } from "../../storage/store.ts";

export interface AssetRow {
  kind: string;
  hash: string;
  type: string;
  size: number;
  at: number;
}
export const assetOf = read<{ community: string; kind: string }, AssetRow>(
  `select kind, hash, type, size, at from asset where community = :community and kind = :kind`,
  "size",
  "at",
);
export const putAsset = write<AssetRow & { community: string }>(
  `insert into asset (community, kind, hash, type, size, at) values (:community, :kind, :hash, :type, :size, :at)
   on conflict (community, kind) do update set hash = :hash, type = :type, size = :size, at = :at`,
);
export const dropAsset = write<{ community: string; kind: string }>(
  `delete from asset where community = :community and kind = :kind`,
);
