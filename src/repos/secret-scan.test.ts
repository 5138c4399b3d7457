import { expect, test } from "bun:test"
import { isSecretName } from "./secret-scan.ts"

test("files are known as secret by their usual names, in any folder and case, and examples of them are not", () => {
  const secret = [
    ...[".env", "a/b/.env.local", "prod.env", ".ENV", ".envrc", "id_ed25519", "deploy/Server.PEM", "tls.key"],
    ...[".netrc", "_netrc", ".pgpass", ".git-credentials", "credentials", "credentials.json", "secrets.yaml"],
    ...["service-account-prod.json", ".docker/config.json", "terraform.tfstate", "a.tfstate.backup"],
  ]
  const open = [
    ...[".env.example", "a/.env.sample", "id_ed25519.pub", "cert.pem.dist", "environment.ts", "env", "keys.md"],
    ...["config.json", "secrets.md", "src/credentials.ts", "monkey", "a.keys", ".npmrc"],
  ]
  expect(secret.filter((path) => !isSecretName(path))).toEqual([])
  expect(open.filter(isSecretName)).toEqual([])
})
