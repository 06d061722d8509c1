/** The frames of the originChats wire, as far as this client reads them (reference/originchats.md §2, §3). */
export type Frame = Readonly<Record<string, any>> & { readonly cmd: string };

export interface WireMessage {
  readonly id: string;
  /** A username; `USR:local_…` for accounts of that server. */
  readonly user: string;
  readonly content: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly reply_to?: { readonly id: string; readonly user: string };
  readonly edited?: boolean;
  readonly ephemeral?: boolean;
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
  readonly pings?: { readonly users: readonly string[]; readonly roles: readonly string[]; readonly replies: readonly string[] };
  readonly webhook?: { readonly name?: string };
}
export interface WireChannel {
  readonly name: string;
  readonly type: string;
  readonly last_message_id?: string | null;
}
export interface WireCommand {
  readonly name: string;
  readonly description: string;
  readonly options?: readonly { readonly name: string; readonly required?: boolean }[] | null;
}

/** A username as people say it. */
export const spokenName = (username: string): string => username.replace(/^USR:local_/, "");
/** Who wrote a message: a webhook goes by its own name. */
export const authorName = ({ user, webhook }: WireMessage): string => webhook?.name ?? spokenName(user);
