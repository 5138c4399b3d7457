import { startTerminal } from "./js/terminal/start.ts"

/** Loaded on the terminal's page alone. */
startTerminal()
