import { DiagramFramePage } from "../../views/pages/diagram-frame.tsx"
import { diagramsPolicy } from "../platform/http/headers.ts"
import { htmlPage } from "../platform/http/html.ts"

/** The page of the frame in which diagrams are drawn. */
export const diagramsPage = (script: string): Response =>
  htmlPage(<DiagramFramePage script={script} />, { headers: { "content-security-policy": diagramsPolicy } })
