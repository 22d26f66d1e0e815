import type { Id } from '../../../shared/model/ids.ts'
import type { ToolId } from './tool.ts'

/** Something half drawn that was left for another tool or another picture, and can be gone on with. */
export interface UnfinishedDrawing {
  readonly tool: ToolId
  readonly itemId: Id
  /** How many points it has. */
  readonly points: number
  /** Takes the tool, and what it belongs to, and shows it again; its picture must be open. */
  readonly resume: () => void
}
