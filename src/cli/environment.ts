import type { HostEnvironment } from "../platform/process/processes.ts"

/** The few variables of the server's own environment that programs on the host get. */
export function hostEnvironment(env: Readonly<Record<string, string | undefined>>): HostEnvironment {
  const passedOn = [
    ...["LANG", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF"],
    ...["DBUS_SESSION_BUS_ADDRESS", "TMPDIR"],
  ]
  const kept = passedOn.flatMap((name) => (env[name] ? [[name, env[name]]] : []))
  return {
    PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    HOME: env["HOME"] ?? "/",
    ...Object.fromEntries(kept),
  }
}
