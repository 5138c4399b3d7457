import { LoopPage } from "../../../views/pages/loop.tsx"
import { NetworkPage } from "../../../views/pages/network.tsx"
import { PersonalRepositoryPage } from "../../../views/pages/personal-repository.tsx"
import { VaultPage } from "../../../views/pages/vault.tsx"
import { RepositoryRequestsPage } from "../../../views/pages/repository-requests.tsx"
import { SystemPage } from "../../../views/pages/system.tsx"
import type { RefusedItem } from "../../../views/props/conversation.ts"
import type { NetworkView } from "../../../views/props/network.ts"
import type { VaultPageView } from "../../../views/props/vault.ts"
import type { PersonalRepositoryView } from "../../../views/props/outside.ts"
import { vaultWords } from "../../lib/i18n/vault.ts"
import type { RepositoryRequestsView } from "../../../views/props/repositories.ts"
import { networkWords } from "../../lib/i18n/network.ts"
import { outsideWords } from "../../lib/i18n/outside.ts"
import { personalHomeWords } from "../../lib/i18n/personal-home.ts"
import { repositoryWords } from "../../lib/i18n/repositories.ts"
import { requestWords } from "../../lib/i18n/requests.ts"
import { outsideUrls } from "../../lib/outside-urls.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { loopPage } from "./conversation.ts"
import { frame, loopId, minutes, type Setting } from "./samples.ts"
import { systemFailed, systemReady, systemWithoutIds } from "./system.ts"

/** The settings of the server and its network, and a loop that was refused something. */
export const settingsGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  system: (setting) => <SystemPage page={systemReady(setting)} />,
  "system-failed": (setting) => <SystemPage page={systemFailed(setting)} />,
  "system-no-ids": (setting) => <SystemPage page={systemWithoutIds(setting)} />,
  "personal-repository": (setting) => <PersonalRepositoryPage page={personal(setting)} />,
  "personal-repository-new": (setting) => (
    <PersonalRepositoryPage page={{ ...personal(setting), home: newHome(setting), key: undefined, token: false }} />
  ),
  vault: (setting) => <VaultPage page={vaultPage(setting)} />,
  "repository-requests": (setting) => <RepositoryRequestsPage page={requests(setting)} />,
  network: (setting) => <NetworkPage page={settings(setting)} />,
  "loop-refused": (setting) => (
    <LoopPage page={{ ...loopPage(setting), items: [refused("e-90", "allow"), refused("e-91", "ask")] }} />
  ),
}

function settings(setting: Setting): NetworkView {
  const words = networkWords(setting.locale)
  return {
    ...frame(setting),
    title: words.networkTitle,
    section: "settings",
    notice: words.savedNetwork,
    values: {
      mode: "allow-list",
      hosts: "github.com\n*.npmjs.org\ndb.example.org:5432\nnot a host",
      ranges: "10.0.0.0/8",
      driversMayAllow: true,
    },
    errors: { hosts: words.hostLine("not a host") },
  }
}

function vaultPage(setting: Setting): VaultPageView {
  const words = vaultWords(setting.locale)
  const file = (path: string, size: number, executable = false) => ({
    path,
    size,
    executable,
    changedAt: minutes(size),
  })
  return {
    ...frame(setting),
    ...{ title: words.title, section: "settings", vault: "default" },
    vaults: ["default", "prod"].map((name) => ({ name, url: "/settings/vault" })),
    files: [
      { ...file(".gitconfig", 84), editUrl: "/settings/vault" },
      file(".ssh/id_ed25519", 411),
      file(".local/bin/deploy-with-a-long-name-that-needs-two-lines.sh", 12_400, true),
    ],
    leftOut: [{ path: ".claude/settings.json", why: words.why("name", "") }],
    upload: {
      ...{ path: ".gitconfig", executable: false, replaces: false },
      errors: { "upload-path": words.refused("exists", "") },
    },
    text: { path: "", executable: false, replaces: false, text: "", editing: false, errors: {} },
    keys: [
      { path: ".ssh/id_ed25519.pub", public: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)} loopat:alice` },
    ],
    keyErrors: {},
    rename: { path: ".ssh/id_ed25519", to: ".gitconfig", errors: { "rename-to": words.renameExists } },
  }
}

function requests(setting: Setting): RepositoryRequestsView {
  const words = requestWords(setting.locale)
  const git = "https://git.example.org/team/invoice-export.git"
  const wish = { id: "1", by: "bob", at: minutes(50), name: "invoice-export", address: git, answer: "" }
  const why = setting.locale === "en" ? "The export moves there in spring." : "导出功能将于春季迁移至此。"
  return {
    ...{ ...frame(setting), title: words.title, section: "settings", notice: words.asked },
    waiting: [{ ...wish, why, state: "waiting" }],
    own: [{ ...wish, id: "2", by: "alice", why: "", state: "declined", answer: why }],
    values: { name: "web shop", git: "file:///srv/git", why },
    errors: { name: repositoryWords(setting.locale).nameInvalid, git: repositoryWords(setting.locale).addressInvalid },
  }
}

const address = "git@github.com:alice/loopat-personal.git"

function personal(setting: Setting): PersonalRepositoryView {
  const { state, detail } = { state: "diverged" as const, detail: "about.md, memory/tabs.md" }
  return {
    ...frame(setting),
    title: personalHomeWords(setting.locale).title,
    section: "settings",
    home: {
      ...{ shelf: "personal", mayConfirm: true, errors: {}, values: { address: "", credential: "" } },
      attached: { address },
      state: {
        ...{ state, detail, sentence: outsideWords(setting.locale).diverged("github.com"), at: minutes(4) },
        ...{ retryUrl: outsideUrls.retry("personal"), mergeUrl: "/loops/new" },
      },
    },
    key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx loopat:alice@northwind",
    token: true,
    ...{ asksPassword: false, keyErrors: {}, tokenErrors: {} },
  }
}

/** Before the first contact with a host is confirmed. */
const newHome = ({ locale }: Setting): PersonalRepositoryView["home"] => ({
  ...{ shelf: "personal", mayConfirm: false, errors: {}, values: { address, credential: "" } },
  outcome: {
    ...{ good: false, sentence: outsideWords(locale).refusedHostUnknown("git.example.org") },
    ...{ detail: "Host key verification failed.", hostKey: { fingerprint: `SHA256:${"k8Jw".repeat(10)}abc` } },
  },
})

const refused = (id: string, may: RefusedItem["may"]): RefusedItem => ({
  kind: "refused",
  ...{ id, seq: 90, loop: loopId(1), may, more: 4 },
  places: [
    { text: "packages.example.org:443", entry: "packages.example.org", program: "node", times: 3, inside: false },
    {
      text: "a-rather-long-name-of-a-host.in-a-rather-long-domain.example.org:8443",
      entry: "x",
      program: "",
      times: 1,
      inside: false,
    },
    { text: "mirror.example.org:80", entry: "mirror.example.org", program: "curl", times: 1, inside: true },
  ],
})
