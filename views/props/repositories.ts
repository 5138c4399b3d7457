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

/** What members ask for, and what administrators decide about. */
export interface RepositoryRequestsView extends FrameView {
  own: RepositoryRequestView[]
  /** Of everybody; for administrators. */
  waiting: RepositoryRequestView[]
  values: { name: string; git: string; why: string }
  /** By the field, or by the request that they are about. */
  errors: FieldErrors
  notice?: string | undefined
}

export interface RepositoryRequestView {
  id: string
  by: string
  at: number
  name: string
  address: string
  why: string
  state: "waiting" | "accepted" | "declined"
  answer: string
}
