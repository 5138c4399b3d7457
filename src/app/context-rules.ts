import type { People } from "../accounts/index.ts"
import type { UserName } from "../lib/ids.ts"
import type { Author } from "../repos/index.ts"
import type { Settings } from "../settings/index.ts"
import { committer } from "./defaults.ts"

interface Needs {
  settings: Pick<Settings, "workspace">
  people: Pick<People, "get">
}

/** What the pages of Context ask of the workspace and of its people. */
export const contextRules = ({ settings, people }: Needs) => ({
  isGated: (context: "knowledge" | "notes"): boolean => settings.workspace().context[context].gated,
  async author({ name }: { name: UserName }): Promise<Author> {
    const { displayName, email } = committer(people.get(name), name)
    return { name: displayName, email }
  },
})
