import { newWorkspaceId } from "../lib/ids.ts"
import { systemIds } from "../platform/clock.ts"

/** Settings of a workspace whose loops talk to the scripted model that listens on this port. */
export function talksTo(port: number | undefined) {
  const place = `127.0.0.1:${port}`
  return {
    id: newWorkspaceId(systemIds),
    name: "Acme",
    providers: { Script: { baseUrl: `http://${place}`, models: ["script"], auth: "none" } },
    providerHosts: [place],
  }
}
