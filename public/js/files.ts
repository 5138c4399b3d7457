/** A loop's files: uploads one by one with how far they are. */
export function startFiles(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-upload]")
  const list = form?.querySelector<HTMLElement>("[data-uploads]")
  if (!form || !list) return
  form.addEventListener("submit", (event) => {
    const files = form.querySelector<HTMLInputElement>("input[type=file]")?.files
    if (!files || files.length === 0) return
    event.preventDefault()
    void sendAll(form, list, [...files])
  })
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault()
  })
  document.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    void sendAll(form, list, files)
  })
}

async function sendAll(form: HTMLFormElement, list: HTMLElement, files: File[]): Promise<void> {
  const replaces = form.querySelector<HTMLInputElement>("input[name=replace]")?.checked ?? false
  let failed = false
  for (const file of files) {
    const line = lineFor(form, list, file)
    let status = await send(form, { file, line, replaces })
    if (status === 409 && window.confirm(`${file.name}: ${form.dataset["ask"] ?? ""}`))
      status = await send(form, { file, line, replaces: true })
    if (status === 200) line.remove()
    else if (status !== 409) {
      failed = true
      line.textContent = `${file.name}: ${form.dataset["failed"] ?? ""}`
    } else line.remove()
  }
  if (!failed) window.location.reload()
}

function lineFor(form: HTMLFormElement, list: HTMLElement, file: File): HTMLElement {
  const line = document.createElement("li")
  const name = document.createElement("span")
  name.textContent = `${form.dataset["uploading"] ?? ""} ${file.name}`
  const bar = document.createElement("progress")
  bar.max = 1
  bar.value = 0
  line.append(name, bar)
  list.append(line)
  return line
}

/** The answer's status, 0 when there is none. */
function send(
  form: HTMLFormElement,
  { file, line, replaces }: { file: File; line: HTMLElement; replaces: boolean },
): Promise<number> {
  const body = new FormData()
  if (replaces) body.append("replace", "1")
  body.append("file", file)
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open("POST", form.action)
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const bar = line.querySelector("progress")
      if (bar && total > 0) bar.value = loaded / total
    })
    request.addEventListener("load", () => done(request.status))
    request.addEventListener("error", () => done(0))
    request.send(body)
  })
}
