const keys: Record<string, string> = {
  Escape: "\u001b",
  Tab: "\t",
  Interrupt: "\u0003",
  ArrowUp: "A",
  ArrowDown: "B",
  ArrowRight: "C",
  ArrowLeft: "D",
}

interface KeysBar {
  /** What a typed character becomes while Control is held. */
  modified(text: string): string
}

/** Buttons for keys that a phone has not. They leave the keyboard where it is. */
export function startKeysBar(bar: HTMLElement, type: (text: string) => void, inArrowMode: () => boolean): KeysBar {
  const control = bar.querySelector('[data-key="Control"]')
  let held = false
  const hold = (yes: boolean) => {
    held = yes
    control?.setAttribute("aria-pressed", String(yes))
  }
  hold(false)
  bar.addEventListener("pointerdown", (event) => event.preventDefault())
  bar.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null
    const name = button?.dataset["key"] ?? ""
    const key = keys[name]
    if (name === "Control") hold(!held)
    else if (key !== undefined) type(name.startsWith("Arrow") ? `\u001b${inArrowMode() ? "O" : "["}${key}` : key)
  })
  return {
    modified(text) {
      if (!held || text.length !== 1) return text
      hold(false)
      const code = text.toUpperCase().charCodeAt(0)
      return code >= 0x40 && code < 0x60 ? String.fromCharCode(code & 0x1f) : text
    },
  }
}
