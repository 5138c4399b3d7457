import type { ITheme } from "@xterm/xterm"

/** The sixteen colours of both themes; the other 240 are the same everywhere. */
const light: ITheme = {
  background: "#fcfcfd",
  foreground: "#23262f",
  cursor: "#3f4ec0",
  cursorAccent: "#ffffff",
  selectionBackground: "#cdd5fb",
  black: "#23262f",
  red: "#b3261e",
  green: "#1b7a43",
  yellow: "#8a5a00",
  blue: "#2f56c6",
  magenta: "#8a3a9e",
  cyan: "#0f7183",
  white: "#6b7080",
  brightBlack: "#565b69",
  brightRed: "#c9372c",
  brightGreen: "#22884d",
  brightYellow: "#9a6700",
  brightBlue: "#3b66e0",
  brightMagenta: "#a04bb5",
  brightCyan: "#14828f",
  brightWhite: "#3a3e4a",
}

const dark: ITheme = {
  background: "#14161b",
  foreground: "#e6e8ee",
  cursor: "#9db0ff",
  cursorAccent: "#14161b",
  selectionBackground: "#34406b",
  black: "#2b2f39",
  red: "#f28b82",
  green: "#7fd1a0",
  yellow: "#e8c06b",
  blue: "#9bb4ff",
  magenta: "#d9a5ea",
  cyan: "#7fd0dc",
  white: "#cdd1da",
  brightBlack: "#8a90a0",
  brightRed: "#ffaaa3",
  brightGreen: "#a2e5bd",
  brightYellow: "#f6d794",
  brightBlue: "#bccbff",
  brightMagenta: "#e9c6f5",
  brightCyan: "#a8e4ec",
  brightWhite: "#ffffff",
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)")

function isDark(): boolean {
  const { theme } = document.documentElement.dataset
  return theme === "dark" || (theme !== "light" && prefersDark.matches)
}

/** Calls with the theme now and whenever it changes. */
export function followTheme(show: (theme: ITheme) => void): void {
  const tell = () => show(isDark() ? dark : light)
  prefersDark.addEventListener("change", tell)
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-theme"] })
  tell()
}
