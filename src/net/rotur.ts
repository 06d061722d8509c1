/** What is asked of a Rotur service (reference/originchats.md §1.6, §5.9). */
export interface Rotur {
  /** Whose validator this is, made for that key; undefined when the service does not confirm it. Refusal `unavailable` when it is out of reach. */
  validate(key: string, validator: string): Promise<{ readonly id: string; readonly name: string } | undefined>;
  /** The subscription of an account (`pro`), remembered for as long as the settings say; undefined when there is none or it cannot be had. */
  subscriptionOf(name: string): Promise<string | undefined>;
}
