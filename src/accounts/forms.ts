import { z } from "zod"
import { locales } from "../lib/i18n/locale.ts"
import { parseNext } from "../lib/page-paths.ts"
import { themes } from "./whois.ts"

const password = z.string("missing").min(1, "missing").max(1024, "password-long")
const name = z.string("missing").min(1, "missing").max(256, "name-invalid")

export const SignInForm = z.object({ name, password, next: z.string().optional().transform(parseNext) })

export const SetUpForm = z.object({
  workspace: z.string("missing").trim().min(1, "workspace-invalid").max(64, "workspace-invalid"),
  name,
  password,
  token: z.string().max(256).default(""),
})

export const LocaleForm = z.object({ locale: z.enum(locales) })
export const ThemeForm = z.object({ theme: z.enum(themes) })
