import { startEditor } from "./js/editor/start.ts"

/** Loaded where a text is changed, and nowhere else. */
startEditor()
