import { read, write } from "../../storage/store.ts";

export interface SubscriptionRow {
  endpoint: string;
  user_: string;
  p256dh: string;
  auth: string;
}
const SUBSCRIPTION = "s.endpoint, s.user_, s.p256dh, s.auth";

/** A browser in which somebody else signs in is theirs from then on. */
export const putSubscription = write<{ endpoint: string; user: string; p256dh: string; auth: string; at: number }>(
  `insert into push_subscription (endpoint, user_, p256dh, auth, at) values (:endpoint, :user, :p256dh, :auth, :at)
   on conflict (endpoint) do update set user_ = :user, p256dh = :p256dh, auth = :auth, at = :at`,
);
/** Leaves a user their newest ones. */
export const dropOldSubscriptions = write<{ user: string; keep: number }>(
  `delete from push_subscription where user_ = :user and endpoint not in (
     select endpoint from push_subscription where user_ = :user order by at desc, endpoint limit :keep)`,
);
export const dropSubscription = write<{ endpoint: string; user: string }>(
  `delete from push_subscription where endpoint = :endpoint and user_ = :user`,
);
export const subscriptionsOf = read<{ users: readonly string[]; limit: number }, SubscriptionRow>(
  `select ${SUBSCRIPTION} from push_subscription s where s.user_ in :users[] order by s.user_, s.endpoint limit :limit`,
);
/** Those of whoever holds one of these roles, each with the first of the roles. */
export const subscriptionsOfRoles = read<
  { community: string; roles: readonly string[]; limit: number },
  SubscriptionRow & { role: string }
>(
  `select ${SUBSCRIPTION}, min(r.name) as role from push_subscription s join member_role h on h.user_ = s.user_ and h.community = :community
     join role r on r.id = h.role where r.name_key in :roles[] group by s.endpoint, s.user_, s.p256dh, s.auth
   order by s.user_, s.endpoint limit :limit`,
);
