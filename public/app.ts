import "./js/htmx.ts"
import "htmx.org/dist/ext/hx-sse.js"
import { startChanges } from "./js/changes.ts"
import { startComposer } from "./js/composer.ts"
import { startConnection } from "./js/connection.ts"
import { startConversation } from "./js/conversation.ts"
import { startCopy } from "./js/copy.ts"
import { startDiagrams } from "./js/diagrams.ts"
import { startDialogs } from "./js/dialogs.ts"
import { startFiles } from "./js/files.ts"
import { startFocus } from "./js/focus.ts"
import { startKeys } from "./js/keys.ts"
import { startMention } from "./js/mention.ts"
import { startOpenFiles } from "./js/open-files.ts"
import { startPanels } from "./js/panels.ts"
import { startPreview } from "./js/preview.ts"
import { startReopen } from "./js/reopen.ts"
import { startStill } from "./js/still.ts"
import { startSwitcher } from "./js/switcher.ts"
import { startTimes } from "./js/times.ts"
import { startTitle } from "./js/title.ts"

/** Everything here makes pages nicer; each of them works without it. */
startChanges()
startComposer()
startConnection()
startConversation()
startCopy()
startDiagrams()
startDialogs()
startFiles()
startFocus()
startKeys()
startMention()
startOpenFiles()
startPanels()
startPreview()
startReopen()
startStill()
startSwitcher()
startTimes()
startTitle()
