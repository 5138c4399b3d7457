export interface Mount {
  from: string
  to: string
  mode: "rw" | "ro"
  /** Several containers have it: matters to SELinux. */
  shared: boolean
}

export interface Tmpfs {
  to: string
  size: string
  mode: string
  /** Belongs to the sandbox user, else to the container's root. */
  own: boolean
}

/** The value of a `--mount` that binds a host path. */
export function mountText({ from, to, mode, shared }: Mount, selinux: boolean): string {
  const relabel = selinux ? [`relabel=${shared ? "shared" : "private"}`] : []
  return csv("type=bind", `src=${from}`, `dst=${to}`, mode === "ro" ? "ro=true" : "ro=false", ...relabel)
}

/** The value of a `--mount` of memory. */
export const tmpfsText = ({ to, size, mode, own }: Tmpfs) =>
  csv("type=tmpfs", `dst=${to}`, `tmpfs-size=${size}`, `tmpfs-mode=${mode}`, "notmpcopyup", ...(own ? ["U=true"] : []))

/** podman reads a mount as one line of CSV, so a comma in a path needs quotes. */
const csv = (...parts: string[]) =>
  parts.map((part) => (/[",\n]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join(",")
