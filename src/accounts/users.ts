import { join } from "node:path"
import type { UserName } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { parseUsers, type User, type UsersFile } from "./user.ts"

/** The people of this workspace, as they are on disk; read from memory, changed one at a time. */
export interface Users {
  get(name: UserName): User | undefined
  list(): readonly User[]
  /** Runs alone. Returning the same array writes nothing; memory follows only what is durable. */
  change(change: (users: readonly User[]) => readonly User[] | Promise<readonly User[]>): Promise<void>
  /** Changes one record; a missing one is left missing. */
  update(name: UserName, change: (user: User) => User): Promise<void>
}

/** Throws Unreadable when the file does not parse: it is never replaced by an empty one. */
export async function openUsers(disk: Disk, folder: string): Promise<Users> {
  const file = disk.jsonFile(join(folder, "users.json"), parseUsers)
  let byName = index(await file.read())

  const change: Users["change"] = async (make) => {
    const changed = file.update(async (current) => {
      const before = current?.users ?? []
      const users = await make(before)
      if (users === before) return current ?? { version: 1, users: [] }
      return { ...current, version: 1, users: [...users] }
    })
    // A write that failed may have reached the file all the same.
    await changed.catch(async (error: unknown) => {
      byName = index(await file.read())
      throw error
    })
    byName = index(await changed)
  }
  return {
    get: (name) => byName.get(name),
    list: () => [...byName.values()],
    change,
    update: (name, make) =>
      change((users) =>
        users.some(({ id }) => id === name) ? users.map((user) => (user.id === name ? make(user) : user)) : users,
      ),
  }
}

const index = (file: UsersFile | undefined): Map<UserName, User> =>
  new Map((file?.users ?? []).map((user) => [user.id, user]))
