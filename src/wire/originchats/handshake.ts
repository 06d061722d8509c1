import type { Settings } from "../../config/schema.ts";
import type { Community } from "../../domain/community/community.ts";
import { PERMISSIONS } from "../../domain/roles/permissions.ts";

/** The protocol version the reference announces. */
const VERSION = "1.1.0";

/**
 * The first packet on every connection (reference/originchats.md §1.2).
 * @param capabilities what this server really does; the web client shows features by these names.
 */
export const handshakeFrame = (
  community: Community,
  settings: Settings,
  capabilities: readonly string[],
  validatorKey: string,
) => ({
  cmd: "handshake",
  val: {
    server: {
      name: community.name,
      owner: { name: settings.server.owner.name },
      ...(community.icon && { icon: community.icon }),
      ...(community.banner && { banner: community.banner }),
      ...(settings.server.url && { url: settings.server.url }),
    },
    limits: settings.limits,
    attachments: {
      enabled: settings.attachments.enabled,
      max_size: settings.attachments.max_size,
      allowed_types: settings.attachments.allowed_types,
      max_attachments_per_user: settings.attachments.max_attachments_per_user,
      permanent_tiers: settings.attachments.permanent_tiers,
    },
    version: VERSION,
    validator_key: validatorKey,
    capabilities,
    permissions: PERMISSIONS,
    auth_mode: settings.auth_mode,
  },
});
