import type { CrumbView } from "../props/files.ts"

/** The way to what is shown, which is its last step. */
export function Crumbs({ crumbs, label }: { crumbs: readonly CrumbView[]; label: string }) {
  const last = crumbs.length - 1
  return (
    <nav class="crumbs" aria-label={label}>
      <ol>
        {crumbs.map(({ name, url }, index) => (
          <li>
            <a href={url} aria-current={index === last ? "page" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
