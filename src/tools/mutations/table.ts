import { previewMutations } from "./previews.ts"

/** One guard of the program, and how it looks broken. */
export interface Mutation {
  /** The statements that it guards, by their ids. */
  guards: string
  path: string
  /** Text that stands exactly once in the file. */
  text: string
  broken: string
  /** A test file that must go red. */
  test: string
  /** Only the tests with these words. */
  name?: string
}

const access = "src/platform/http/access.ts"
const accessTest = "src/platform/http/access.test.ts"
const sameOrigin = "src/platform/http/same-origin.ts"
const sameOriginTest = "src/platform/http/same-origin.test.ts"
const origin = "src/platform/http/origin.ts"
const originTest = "src/platform/http/origin.test.ts"
const headers = "src/platform/http/headers.ts"
const signIn = "src/accounts/sign-in.ts"
const signInTest = "src/accounts/sign-in.test.ts"
const loopAccess = "src/loops/access.ts"
const loopAccessTest = "src/loops/access.test.ts"

const exposure: Mutation[] = [
  {
    ...{ guards: "EX1", path: "src/app/options.ts", test: "src/app/options.test.ts" },
    text: "if (which === undefined || tls || trustedProxies.length > 0 || allowHttp) return undefined",
    broken: "if (host !== '') return undefined",
  },
  {
    ...{ guards: "EX2", path: access, test: "src/app/access-walk.test.ts" },
    text: "if (!who.user && open.match(method, path) === undefined) return refuseStranger(needs, request)",
    broken: "",
  },
  {
    ...{ guards: "EX3 AZ12", path: loopAccess, test: loopAccessTest },
    text: 'if (loop.visibility !== "private" || isPerson(loop, user.name)) return "all"',
    broken: 'if (loop.createdBy !== "") return "all"',
  },
  {
    ...{ guards: "EX5", path: "src/accounts/set-up.ts", test: "src/accounts/set-up.test.ts" },
    text: "if (!expected || !timingSafeEqual(expected, hashOf(person.token)))",
    broken: "if (!expected)",
  },
  {
    ...{ guards: "EX5", path: "src/accounts/set-up.ts", test: "src/accounts/set-up.test.ts" },
    text: "needsToken: (request) => exposed || wasForwarded(request)",
    broken: "needsToken: () => exposed",
  },
  {
    ...{
      guards: "EX7",
      path: "src/platform/http/problem-for-error.ts",
      test: "src/platform/http/problem-for-error.test.ts",
    },
    text: 'return { status: 500, code: "internal" }',
    broken: "return { status: 500, code: String(error) }",
  },
  {
    ...{ guards: "EX9", path: "src/app/metrics.ts", test: "src/app/metrics.test.ts" },
    text: "if (given === undefined || !needs.token.matches(given))",
    broken: "if (given === undefined)",
  },
]

const browser: Mutation[] = [
  {
    ...{ guards: "BR1", path: sameOrigin, test: sameOriginTest },
    text: 'if (provenance === "foreign") return safe && !isEventStream(request) && (!formToken || isNavigation(request))',
    broken: 'if (provenance === "foreign") return true',
  },
  {
    ...{ guards: "BR1", path: origin, test: originTest },
    text: 'if (origin !== null && origin !== ownOrigin) return "foreign"',
    broken: "",
  },
  {
    ...{ guards: "BR1", path: origin, test: originTest },
    text: 'if (site !== null && site !== "same-origin" && site !== "none") return "foreign"',
    broken: 'if (site === "cross-site") return "foreign"',
  },
  {
    ...{ guards: "BR1", path: sameOrigin, test: sameOriginTest },
    text: 'return sameText(form.get(formTokenField) ?? "", expected)',
    broken: "return form.has(formTokenField)",
  },
  {
    ...{ guards: "BR1", path: access, test: accessTest },
    text: 'return method === "OPTIONS" ? { status: 405, code: "method-not-allowed" } : undefined',
    broken: "return undefined",
  },
  {
    ...{ guards: "BR2", path: access, test: accessTest },
    text: "if (!ownOrigin && !answersAnyHost) return new Response(null, { status: 421 })",
    broken: "",
  },
  {
    ...{ guards: "BR2", path: origin, test: originTest },
    text: "if (host && listensOnLoopback && loopbackNames.includes(host.hostname))",
    broken: 'if (host && listensOnLoopback && host.hostname.includes("localhost"))',
  },
  {
    ...{ guards: "BR3", path: sameOrigin, test: sameOriginTest },
    text: "if (isUpgrade(request)) return false",
    broken: "",
  },
  {
    ...{ guards: "BR4", path: "src/lib/jsx/jsx-runtime.ts", test: "views/hostile.test.tsx" },
    text: 'if (typeof child === "string") return Bun.escapeHTML(child)',
    broken: 'if (typeof child === "string") return child',
  },
  {
    ...{ guards: "BR4", path: "src/lib/jsx/jsx-runtime.ts", test: "views/hostile.test.tsx" },
    text: '="${Bun.escapeHTML(printValue(name, value))}"',
    broken: '="${printValue(name, value)}"',
  },
  {
    ...{ guards: "BR4", path: "src/lib/markdown.ts", test: "src/lib/markdown.test.ts" },
    text: "noHtmlSpans: true,",
    broken: "noHtmlSpans: false,",
  },
  {
    ...{ guards: "BR4", path: "src/lib/ansi.ts", test: "src/lib/ansi.test.ts" },
    text: "Bun.escapeHTML(withoutControls(piece))",
    broken: "withoutControls(piece)",
  },
  {
    ...{ guards: "BR9", path: access, test: accessTest },
    text: 'log.info("request", { method: request.method, route,',
    broken: 'log.info("request", { method: request.method, route: request.url,',
  },
  {
    ...{ guards: "BR10", path: "src/lib/urls.ts", test: "src/lib/urls.test.ts" },
    text: "return pages.some((page) => page.test(path)) ? value : undefined",
    broken: 'return path.startsWith("/") ? value : undefined',
  },
  {
    ...{ guards: "BR11", path: headers, test: accessTest },
    text: '"x-content-type-options": "nosniff",',
    broken: "",
  },
  {
    ...{ guards: "BR12", path: headers, test: "src/platform/http/html.test.tsx" },
    text: "\"frame-ancestors 'none'\",",
    broken: "",
  },
]

const authorization: Mutation[] = [
  {
    ...{ guards: "AZ1", path: "src/lib/ids.ts", test: "src/lib/ids.test.ts" },
    text: "[89ab][0-9a-f]{3}-[0-9a-f]{12}$/",
    broken: "[89ab][0-9a-f]{3}-[0-9a-f]{12}/",
  },
  {
    ...{ guards: "AZ2", path: loopAccess, test: loopAccessTest },
    text: 'const owns = owner === user.name || user.role === "admin"',
    broken: 'const owns = owner !== ""',
  },
  {
    ...{ guards: "AZ2 AZ4", path: "src/loops/reading.ts", test: "src/agent/routes.test.tsx" },
    text: "if (refused) return refused",
    broken: "",
  },
  {
    ...{ guards: "AZ2", path: "src/app/public-routes.ts", test: "src/app/roles.test.ts", name: "route matrix" },
    text: '{ method: "GET", path: paths.asset },',
    broken: '{ method: "GET", path: paths.asset }, { method: "GET", path: paths.loop },',
  },
  {
    ...{ guards: "AZ3", path: "src/platform/http/live-rights.ts", test: "src/platform/http/live-rights.test.ts" },
    text: "for (const claim of held) if (!isAlive(claim.login)) end(claim)",
    broken: "",
  },
  {
    ...{ guards: "AZ3", path: "src/app/create-app.ts", test: "src/app/carriers.test.ts" },
    text: "() => rights.recheck({ about })",
    broken: "async () => {}",
  },
  {
    ...{ guards: "AZ5", path: "src/accounts/whois.ts", test: "src/accounts/sessions.test.ts" },
    text: '!request.headers.has("authorization") && ',
    broken: "",
  },
  {
    ...{ guards: "AZ8", path: "src/gateway/provider-routes.tsx", test: "src/gateway/provider-routes.test.ts" },
    text: 'provider.source === "personal" || userOf(request).role === "admin"',
    broken: 'provider.source === "personal" || userOf(request).role !== undefined',
  },
  {
    ...{ guards: "AZ11", path: "src/accounts/user.ts", test: "src/accounts/people.test.ts" },
    text: 'return users.some(({ id }) => id === name) ? "name-taken" : name',
    broken: 'return users.some(({ id, status }) => id === name && status !== "deleted") ? "name-taken" : name',
  },
  {
    ...{ guards: "AZ12", path: "src/loops/live.tsx", test: "src/loops/live.test.ts" },
    text: 'if (sight(entry, user) === "nothing") return',
    broken: "if (sight(entry, user) === undefined) return",
  },
]

const abuse: Mutation[] = [
  {
    ...{ guards: "AB1", path: signIn, test: signInTest },
    text: 'if (tooMany > 0) return { kind: "too-many", retryAfter: Math.ceil(tooMany / 1000) }',
    broken: "",
  },
  {
    ...{ guards: "AB1", path: signIn, test: signInTest },
    text: "account: slowed ? undefined : account })",
    broken: "account })",
  },
  {
    ...{ guards: "AB1", path: "src/accounts/password-work.ts", test: signInTest },
    text: "await argon2.verify(password, argon2.standIn)",
    broken: "",
  },
  {
    ...{ guards: "AB1", path: "src/platform/http/address.ts", test: "src/platform/http/address.test.ts" },
    text: "while (isTrusted(address) && hops.length > 0)",
    broken: "while (hops.length > 0)",
  },
  {
    ...{ guards: "AB2", path: "src/platform/http/form.ts", test: "src/platform/http/form.test.ts" },
    text: 'if (size > maxBytes) return "too-large"',
    broken: "",
  },
  {
    ...{ guards: "AB2", path: "src/platform/http/form.ts", test: "src/platform/http/form.test.ts" },
    text: "return texts.length > mostFields ? undefined : texts",
    broken: "return texts",
  },
  {
    ...{ guards: "AB6", path: "src/accounts/audit.ts", test: "src/accounts/audit.test.ts" },
    text: 'if (linkOf(line) !== prev) return { kind: "broken", file: name, line: index + 1 }',
    broken: "",
  },
  {
    ...{ guards: "AB6", path: "src/platform/log.ts", test: "src/platform/log.test.ts" },
    text: "JSON.stringify(message).slice(1, -1)",
    broken: "message",
  },
  {
    ...{ guards: "BR7", path: "src/platform/http/cookie.ts", test: "src/platform/http/cookie.test.ts" },
    text: "HttpOnly; ",
    broken: "",
  },
  {
    ...{ guards: "BR7", path: "src/platform/http/cookie.ts", test: "src/platform/http/cookie.test.ts" },
    text: "secure ? `__Host-${name}` : name",
    broken: "name",
  },
]

export const mutations: readonly Mutation[] = [...exposure, ...browser, ...authorization, ...abuse, ...previewMutations]
