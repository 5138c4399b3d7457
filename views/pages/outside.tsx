import { languageTag } from "../../src/lib/i18n/locale.ts"
import { previewWords } from "../../src/lib/i18n/previews.ts"
import type { OutsideView } from "../props/previews.ts"

/** Without script and without a word about who is signed in where: it stands on a host name that belongs to a sandbox. */
export function OutsidePage({ page }: { page: OutsideView }) {
  const words = previewWords(page.locale)
  return (
    <html lang={languageTag[page.locale]} data-theme="system">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {page.reloadS !== undefined && <meta http-equiv="refresh" content={String(page.reloadS)} />}
        <title>{`${page.title} · ${page.workspace}`}</title>
        <link rel="stylesheet" href={page.styleUrl} />
      </head>
      <body class="entry">
        <main id="content" class="entry-card">
          <h1>{page.title}</h1>
          <p>{page.text}</p>
          {page.ports !== undefined && <Ports ports={page.ports} words={words} />}
          {page.openUrl !== undefined && (
            <p class="form-foot start">
              <a class="button primary" href={page.openUrl} target="_blank" rel="noopener">
                {words.openFromApp}
              </a>
            </p>
          )}
        </main>
      </body>
    </html>
  )
}

function Ports({ ports, words }: { ports: readonly number[]; words: ReturnType<typeof previewWords> }) {
  if (ports.length === 0) return <p class="hint">{words.noneListen}</p>
  return (
    <>
      <p>{words.listening}</p>
      <ul>
        {ports.map((port) => (
          <li class="mono">{port}</li>
        ))}
      </ul>
    </>
  )
}
