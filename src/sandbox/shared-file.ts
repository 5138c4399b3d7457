import type { Disk } from "../platform/disk/disk.ts"

export interface SharedFileNeeds {
  disk: Disk
  server: { uid: number; gid: number }
}

/** Writes a file that sandboxes get to read: its mode must not depend on the server's umask. */
export async function writeShared({ disk, server }: SharedFileNeeds, path: string, content: string): Promise<void> {
  // What a container mounts while it starts must stay the same file.
  if ((await disk.readText(path)) !== content) await disk.write(path, content)
  await disk.own(path, server, 0o644)
}
