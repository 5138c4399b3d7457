import { checkoutWords } from "../../src/lib/i18n/checkouts.ts"
import type { CheckoutView } from "../props/checkouts.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

interface Props {
  checkouts: readonly CheckoutView[]
  reader: Reader
}

/** All checkouts of a loop beside each other; on a small screen as a choice. */
export function Checkouts({ checkouts, reader }: Props) {
  const words = checkoutWords(reader.locale)
  const [first] = checkouts
  if (!first) return <div id={targets.checkouts} />
  return (
    <div id={targets.checkouts}>
      <nav class="segments checkouts-wide" aria-label={words.checkout}>
        {checkouts.map(({ name, url, count, current }) => (
          <a href={url} aria-current={current ? "page" : undefined}>
            <bdi>{name}</bdi>
            {count !== undefined && count > 0 && (
              <>
                {" "}
                <span class="number">{count}</span>
                <span class="unseen"> {words.changedWord}</span>
              </>
            )}
          </a>
        ))}
      </nav>
      <form class="checkouts-narrow" method="get" action={first.url}>
        <select name="checkout" aria-label={words.checkout}>
          {checkouts.map(({ name, count, current }) => (
            <option value={name} selected={current}>
              {count === undefined || count === 0 ? name : `${name} · ${words.changed(count)}`}
            </option>
          ))}
        </select>
        <button type="submit" class="button">
          {words.look}
        </button>
      </form>
    </div>
  )
}
