import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { ASSETS } from "../assets/open-asset.ts";
import { DataUri, storePicture } from "../assets/picture.ts";
import { dropAsset, putAsset } from "../assets/statements.ts";
import { publicOrigin } from "../attachments/public-origin.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { Community, communityUpdated } from "./community.ts";
import { communityById, updateCommunityRow } from "./statements.ts";

const isStored = (given: string) => given.startsWith("data:");
/** An address, or the picture itself as a `data:` address, which is then kept here. */
const Picture = DataUri.trim()
  .refine(
    (given) => given === "" || isStored(given) || (given.length <= 2000 && /^https?:$/.test(URL.parse(given)?.protocol ?? "")),
    "community.picture",
  )
  .transform((given) => given || null);
/** Pixels each way. */
const SIZES = { icon: 512, banner: 1920 } as const;
const ENDINGS = ["png", "jpg", "gif", "webp"];

/** The pictures as they will be addressed; what is to be kept here is stored, and the batch told. */
async function pictures(
  call: Call<{ icon?: string | null | undefined; banner?: string | null | undefined }, unknown>,
  batch: Batch,
) {
  const { community, origin } = call.actor;
  const given: { icon?: string | null; banner?: string | null } = {};
  for (const kind of ASSETS) {
    const picture = call.input[kind];
    if (picture === undefined) continue;
    given[kind] = picture;
    if (picture === null || !isStored(picture)) {
      batch.add(dropAsset, { community, kind });
      continue;
    }
    const stored = await storePicture(call, picture, {
      maxBytes: call.settings.uploads.asset_max_size,
      pixels: SIZES[kind],
      endings: ENDINGS,
    });
    batch.add(putAsset, { community, kind, ...stored, at: call.now() });
    given[kind] = `${publicOrigin(call.settings, origin)}/server-assets/${kind}?v=${stored.hash.slice(0, 16)}`;
  }
  return given;
}

export const updateCommunity = operation({
  name: "community.update",
  summary: "Change the community's name or pictures; null takes a picture away and gives back the configured name.",
  input: () =>
    z.object({
      name: z
        .string()
        .trim()
        .min(1, "community.name")
        .max(100, "community.name")
        .refine((name) => !/\p{C}/u.test(name), "community.name")
        .nullable()
        .optional(),
      icon: Picture.nullable().optional(),
      banner: Picture.nullable().optional(),
    }),
  output: () => z.object({ community: Community }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { input, store, actor, settings } = call;
    if (input.name === undefined && input.icon === undefined && input.banner === undefined)
      throw new Refusal("invalid-input", "community.no-updates");
    const before = (await store.one(communityById, { id: actor.community }))!;
    const batch = new Batch();
    const community: Community = {
      ...before,
      ...(input.name !== undefined && { name: input.name ?? settings.server.name }),
      ...(await pictures(call, batch)),
    };
    const { id, name, icon, banner } = community;
    batch.require(updateCommunityRow, { id, name, icon, banner });
    recordAct(batch, call, { action: "server_update", details: { name, icon, banner } });
    call.emit(batch, communityUpdated, { community: id }, { community });
    await store.commit(batch);
    return { community };
  },
});
