import type { Disk } from "../platform/disk/disk.ts"

export interface SharedFileNeeds {
  disk: Disk
  server: { uid: number; gid: number }
}

/** Writes a file that sandboxes get to read: its mode must not depend on the server's umask. */
export async function writeShared({ disk, server }: SharedFileNeeds, path: string, content: string): Promise<void> {
  await disk.write(path, content)
  await disk.own(path, server, 0o644)
}
