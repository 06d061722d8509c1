import ConfigReference from "../config/reference.ts";

/** The same under the name by which everything else is explained. */
export default class DocsConfig extends ConfigReference {
  static override examples = ["<%= config.bin %> docs config", "<%= config.bin %> docs config --json"];
}
