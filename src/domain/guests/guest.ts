/** The realm of those who came without an account; their name is theirs while they are here. */
export const GUEST_HERE = "guest" as const;

/** The role that guests act with, where the community has one of that name. */
export const GUEST_ROLE = "guest";
