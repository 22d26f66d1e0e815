import { shallowRef } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { ToolId } from '../../../canvas/tools/tool.ts'
import type { ToolHost } from '../../../canvas/tools/toolHost.ts'
import type { UnfinishedDrawing } from '../../../canvas/tools/unfinished.ts'
import { t } from '../../../i18n/i18n.ts'
import { dismissToast, showToast } from '../../../ui/toasts.ts'

/** Older ones give way. */
const mostDrafts = 10

const named = ['polygon', 'polyline', 'scissors', 'brush', 'smart', 'split'] as const
const nameOf = (tool: ToolId): string => t(`drafts.tools.${named.find((name) => name === tool) ?? 'other'}`)

interface DraftPorts {
  readonly tools: ToolHost
  /** Says why where the open picture cannot be changed. */
  readonly mayChange: () => boolean
  /** The picture that is open, and nothing else on its way. */
  readonly open: () => Id | null
  /** Opens the picture on the Label page. */
  readonly go: (itemId: Id) => void
}

/** Shapes that were left half drawn: each is offered once by a toast, and by a command for as long as the window is open. */
export function createDrafts({ tools, mayChange, open, go }: DraftPorts) {
  const drafts = shallowRef<readonly UnfinishedDrawing[]>([])
  const toasts = new Map<UnfinishedDrawing, number>()
  let wanted: UnfinishedDrawing | null = null

  function drop(gone: readonly UnfinishedDrawing[]): void {
    for (const draft of gone) {
      dismissToast(toasts.get(draft) ?? -1)
      toasts.delete(draft)
    }
    drafts.value = drafts.value.filter((draft) => !gone.includes(draft))
  }

  tools.onSetAside((draft) => {
    drafts.value = [...drafts.value, draft]
    drop(drafts.value.slice(0, -mostDrafts))
    const text = t('drafts.kept', { what: nameOf(draft.tool), n: draft.points })
    toasts.set(draft, showToast({ tone: 'info', text, action: { label: t('drafts.goOn'), run: () => goOn(draft) } }))
  })

  /** Brings tool, picture and drawing back. */
  function goOn(draft: UnfinishedDrawing): void {
    if (tools.stroking || !drafts.value.includes(draft)) return
    wanted = draft
    if (open() === draft.itemId) take(draft.itemId)
    go(draft.itemId)
  }

  /** A picture is open now: what is wanted of it goes on. Where it cannot be changed, the drawing is kept. */
  function take(itemId: Id): void {
    const draft = wanted
    wanted = null
    if (draft?.itemId !== itemId || !mayChange()) return
    drop([draft])
    draft.resume()
  }

  return {
    any: () => drafts.value.length > 0,
    /** The newest of the open picture, else the newest of all. */
    goOnWithNewest(): void {
      const draft = drafts.value.findLast(({ itemId }) => itemId === open()) ?? drafts.value.at(-1)
      if (draft) goOn(draft)
    },
    take,
    forget(): void {
      wanted = null
      drop(drafts.value)
    },
  }
}
