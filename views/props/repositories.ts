import type { FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

export interface RepositoryRowView {
  name: string
  kind: "hosted" | "mirrored" | "direct"
  /** Where it lives; absent of one that is hosted here. */
  address?: string
  /** What a person clones it with. */
  clone?: string
  bytes?: number
  loops: number
  /** Off the list, and only there because of loops. */
  kept: boolean
  protected: boolean
}

export interface RepositoriesView extends FrameView {
  repositories: RepositoryRowView[]
  /** What was typed, of a form that was refused. */
  values: { name: string; git: string; access: string; credential: string; protected: boolean }
  /** The removal that was refused, as it was typed. */
  removing?: { name: string; typed: string } | undefined
  /** What removes a repository asks for the password. */
  asksPassword: boolean
  errors: FieldErrors
  notice?: string
}
