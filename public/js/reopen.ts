/** How often a server that restarts is asked whether it is back, milliseconds. */
const pause = 2_000

/** A page that says that the server restarts opens what was asked for as soon as it can be had. */
export function startReopen() {
  const { reopen } = document.body.dataset
  if (reopen === undefined) return
  const url = reopen === "" ? location.href : reopen
  const look = () => {
    fetch(url, { redirect: "manual" }).then(
      ({ status }) => (status === 503 ? wait() : location.replace(url)),
      () => wait(),
    )
  }
  const wait = () => {
    window.setTimeout(look, pause)
  }
  wait()
}
