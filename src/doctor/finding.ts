/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, in one or two words; the same at every run. */
  readonly about: string;
  /** `odd`: it works, and may disappoint. `wrong`: the server does not start, or loses or refuses what it should not. */
  readonly level: "good" | "odd" | "wrong";
  /** A sentence. */
  readonly says: string;
  /** What to do about it; there is one wherever it is not good. */
  readonly remedy?: string;
}

export const good = (about: string, says: string): Finding => ({ about, level: "good", says });
export const odd = (about: string, says: string, remedy: string): Finding => ({ about, level: "odd", says, remedy });
export const wrong = (about: string, says: string, remedy: string): Finding => ({ about, level: "wrong", says, remedy });

/** A sentence that already holds its remedy, as errors at start do: `Port 80 is in use: choose another.` */
export const wrongAsSaid = (about: string, sentence: string): Finding => {
  const [, says = sentence, remedy = "Correct that, and look again."] = /^(.*?[.:]) ([^.:].*)$/s.exec(sentence) ?? [];
  return wrong(about, says.replace(/:$/, "."), remedy.charAt(0).toUpperCase() + remedy.slice(1));
};
