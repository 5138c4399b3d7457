import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { ErrorPage } from "../../../views/pages/error.tsx"
import { FailedTriesPage } from "../../../views/pages/failed-tries.tsx"
import { LoopPage } from "../../../views/pages/loop.tsx"
import { LoopsPage } from "../../../views/pages/loops.tsx"
import { NewLoopPage } from "../../../views/pages/new-loop.tsx"
import { ProviderFormPage } from "../../../views/pages/provider-form.tsx"
import { ProvidersPage } from "../../../views/pages/providers.tsx"
import { SetUpProviderPage } from "../../../views/pages/set-up-provider.tsx"
import { SetUpPage } from "../../../views/pages/set-up.tsx"
import { SignInPage } from "../../../views/pages/sign-in.tsx"
import { asks, loopPage } from "./conversation.ts"
import { codeGallery } from "./code-pages.tsx"
import { contextGallery } from "./context-pages.tsx"
import { outsideGallery } from "./outside-pages.tsx"
import { proposalGallery } from "./proposal-pages.tsx"
import { changesGallery } from "./changes-pages.tsx"
import { farewellGallery } from "./farewell-pages.tsx"
import { filesGallery } from "./file-pages.tsx"
import { panelGallery } from "./preview-pages.tsx"
import { settingsGallery } from "./settings-pages.tsx"
import { sightGallery } from "./sight-pages.tsx"
import { frame, header, loopsList, minutes, newLoop, type Setting } from "./samples.ts"
import { imageBuilding } from "./system.ts"

type Page = (setting: Setting) => SafeHtml | null

/** Every page, in the states that matter. */
export const gallery: Record<string, Page> = {
  loops: (setting) => <LoopsPage page={loopsList(setting)} />,
  "loops-empty": (setting) => (
    <LoopsPage page={{ ...loopsList(setting), needsYou: 0, recent: [], groups: [], empty: true, moreUrl: undefined }} />
  ),
  "loops-nothing": (setting) => (
    <LoopsPage page={{ ...loopsList(setting), groups: [], search: "zebra", show: "all", moreUrl: undefined }} />
  ),
  "first-loop": (setting) => (
    <NewLoopPage
      page={{
        ...frame(setting),
        ...{ title: "New Loop", recent: [], needsYou: 0 },
        form: { ...newLoop(setting), first: true, values: { ...newLoop(setting).values, message: "Hello?" } },
      }}
    />
  ),
  "new-loop": (setting) => (
    <NewLoopPage page={{ ...frame(setting), title: "New Loop", form: { ...newLoop(setting), detailed: true } }} />
  ),
  loop: (setting) => <LoopPage page={loopPage(setting)} />,
  "loop-asks": (setting) => (
    <LoopPage
      page={{
        ...loopPage(setting),
        header: { ...header(setting.locale), status: "needs-you", headline: undefined },
        items: asks(setting.locale),
        activity: { kind: "waiting", since: minutes(4) },
        queue: { loop: "x", messages: [] },
      }}
    />
  ),
  "loop-preparing": (setting) => (
    <LoopPage page={{ ...preparing(setting), header: { ...header(setting.locale), status: "preparing" } }} />
  ),
  "loop-broken": (setting) => <LoopPage page={broken(setting)} />,
  "loop-viewer": (setting) => (
    <LoopPage
      page={refused(setting, { en: "bob drives this loop. You can read along.", zh: "bob 驾驶此 Loop。你可以旁观。" })}
    />
  ),
  "loop-offered": (setting) => (
    <LoopPage
      page={refused(
        setting,
        { en: "This loop is offered to another driver.", zh: "此 Loop 已提供给其他驾驶者。" },
        "offered",
      )}
    />
  ),
  "loop-archived": (setting) => <LoopPage page={archived(setting)} />,
  ...changesGallery,
  ...farewellGallery,
  ...filesGallery,
  ...panelGallery,
  "loop-image": (setting) => <LoopPage page={waitingForImage(setting)} />,
  ...settingsGallery,
  ...sightGallery,
  ...codeGallery,
  ...contextGallery,
  ...outsideGallery,
  ...proposalGallery,
  providers: (setting) => <ProvidersPage page={providers(setting)} />,
  "provider-form": (setting) => <ProviderFormPage page={providerForm(setting)} />,
  "sign-in": (setting) => (
    <SignInPage
      page={{
        ...frame(setting),
        title: setting.locale === "en" ? "Sign in" : "登录",
        name: "alice",
        errors: {
          form: setting.locale === "en" ? "Name or password is not right. Try again." : "用户名或密码不正确，请重试。",
        },
      }}
    />
  ),
  "set-up": (setting) => (
    <SetUpPage page={{ ...frame(setting), values: { workspace: "", name: "" }, needsToken: true, errors: {} }} />
  ),
  "set-up-provider": (setting) => (
    <SetUpProviderPage
      page={{ ...frame(setting), environmentKey: "x7Qa", values: { way: "key", address: "" }, errors: {} }}
    />
  ),
  "failed-tries": (setting) => (
    <FailedTriesPage page={{ ...frame(setting), title: "Sign in", count: 7, next: "/loops" }} />
  ),
  "error-403": (setting) => (
    <ErrorPage page={{ ...frame(setting), status: 403, signedIn: true, from: "/settings/providers" }} />
  ),
  "error-429": (setting) => (
    <ErrorPage page={{ ...frame(setting), status: 429, signedIn: false, retryAfter: 40, from: "/sign-in" }} />
  ),
  "error-503": (setting) => <ErrorPage page={{ ...frame(setting), status: 503, signedIn: false, again: "/loops" }} />,
  "error-404": (setting) => <ErrorPage page={{ ...frame(setting), status: 404, signedIn: true }} />,
  "error-500": (setting) => (
    <ErrorPage page={{ ...frame(setting), status: 500, signedIn: true, requestId: "4f2c9a1e", again: "/loops" }} />
  ),
}

function preparing(setting: Setting) {
  const page = loopPage(setting)
  const steps = [
    { step: "repo", state: "done", text: setting.locale === "en" ? "Fetch the repository" : "获取代码仓库", ms: 1_840 },
    { step: "checkout", state: "running", text: setting.locale === "en" ? "Make the working folder" : "建立工作目录" },
    { step: "sandbox", state: "waiting", text: setting.locale === "en" ? "Start the sandbox" : "启动沙箱" },
  ] as const
  return {
    ...page,
    items: page.items.slice(0, 1),
    earlierUrl: undefined,
    preparing: { steps: [...steps], since: page.reader.now - 2_600 },
    queue: { loop: "x", messages: [] },
    activity: undefined,
  }
}

function broken(setting: Setting) {
  const english = setting.locale === "en"
  return {
    ...preparing(setting),
    preparing: undefined,
    header: { ...header(setting.locale), status: "failed" as const, headline: undefined },
    composer: { ...loopPage(setting).composer, working: false },
    broken: {
      loop: "x",
      sentence: english
        ? "The repository “billing” could not be fetched. Check its address with an admin, then try again."
        : "无法获取代码仓库“billing”。请与管理员检查地址后重试。",
      detail: "fatal: unable to access 'https://git.example.org/billing.git/': Could not resolve host",
      mayRetry: true,
      mayDelete: true,
    },
  }
}

function waitingForImage(setting: Setting) {
  const page = loopPage(setting)
  const headline = setting.locale === "en" ? "Preparing the sandbox image" : "正在准备沙箱镜像"
  return {
    ...page,
    items: page.items.slice(0, 1),
    earlierUrl: undefined,
    header: { ...header(setting.locale), status: "working" as const, headline },
    queue: { loop: "x", messages: [] },
    activity: { kind: "starting" as const, headline, since: page.reader.now - 42_000 },
    image: imageBuilding(setting),
  }
}

function refused(setting: Setting, sentence: Record<"en" | "zh", string>, status: "idle" | "offered" = "idle") {
  const page = archived(setting)
  const may = { ...page.header.may, restore: false, delete: false }
  return {
    ...page,
    header: { ...page.header, status, may },
    composer: { ...page.composer, refused: sentence[setting.locale] },
  }
}

function archived(setting: Setting) {
  const page = loopPage(setting)
  const may = { ...page.header.may, rename: false, archive: false, restore: true, stopSandbox: false }
  return {
    ...page,
    header: { ...page.header, status: "archived" as const, headline: undefined, may },
    queue: { loop: "x", messages: [] },
    activity: undefined,
    composer: {
      ...page.composer,
      refused:
        setting.locale === "en" ? "This loop is archived. Restore it to go on." : "此 Loop 已归档。恢复后可以继续。",
    },
  }
}

function providers(setting: Setting) {
  const english = setting.locale === "en"
  return {
    ...frame(setting),
    title: english ? "Providers" : "模型服务",
    section: "settings" as const,
    presets: [],
    mayEditWorkspace: true,
    providers: [
      {
        source: "personal" as const,
        name: "Anthropic",
        address: "https://api.anthropic.com",
        key: "set" as const,
        models: ["claude-opus-5-5", "claude-sonnet-5"],
        enabled: true,
        isDefault: true,
        editable: true,
        test: { ok: true as const, ms: 412 },
      },
      {
        source: "workspace" as const,
        name: "本地 Ollama",
        address: "http://127.0.0.1:11434",
        key: "none" as const,
        models: ["qwen3:32b"],
        enabled: true,
        isDefault: false,
        editable: true,
        test: {
          ok: false as const,
          sentence: english
            ? "Nobody answers at that address. Start the program there, then test again."
            : "该地址没有响应。请启动程序后重试。",
          detail: "ECONNREFUSED",
        },
      },
      {
        source: "builtin" as const,
        name: "demo",
        address: "",
        key: "none" as const,
        models: ["demo"],
        enabled: true,
        isDefault: false,
        editable: false,
      },
    ],
  }
}

function providerForm(setting: Setting) {
  return {
    ...frame(setting),
    section: "settings" as const,
    presets: [
      { id: "anthropic", label: "Anthropic" },
      { id: "ollama", label: "Ollama" },
    ],
    preset: "anthropic",
    values: {
      source: "personal" as const,
      name: "Anthropic",
      address: "anthropic.com",
      auth: "x-api-key" as const,
      models: "claude-opus-5-5\nclaude-sonnet-5",
      enabled: true,
      isDefault: false,
    },
    keySet: false,
    errors: {
      address:
        setting.locale === "en"
          ? "That is not an address. It begins with https://"
          : "这不是有效的地址，应以 https:// 开头。",
    },
    mayEditWorkspace: true,
  }
}
