import { shallowRef } from 'vue'
import type { Project } from '../../../../shared/api/page/projects.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { ToolId } from '../../../canvas/tools/tool.ts'
import type { ToolHost } from '../../../canvas/tools/toolHost.ts'
import type { UnfinishedDrawing } from '../../../canvas/tools/unfinished.ts'
import { t } from '../../../i18n/i18n.ts'
import { homeKey } from '../../../stores/home.ts'
import { dismissToast, showToast } from '../../../ui/toasts.ts'
import { readDrafts, readDraftsOfId, writeDrafts } from './draftStorage.ts'

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
  /** The class to draw with: the wanted one, or where that is gone another one. */
  readonly classFor: (wanted: Id | null) => Id | null
  readonly project: () => Pick<Project, 'key' | 'id'> | null
  /** The key of the project that is open on the host, of which this window may not have heard yet. */
  readonly readProjectKey: () => Promise<string | null>
  /** Whether no other folder that this user opened is a copy of the project. */
  readonly isOnlyOne: (projectId: Id) => Promise<boolean>
}

/**
 * Shapes that were left half drawn: offered by a toast when they are left and whenever their picture is opened again, and by a command for as long as the
 * window is open, also after it was loaded again.
 */
export function createDrafts({ tools, mayChange, open, go, classFor, project, readProjectKey, isOnlyOne }: DraftPorts) {
  const drafts = shallowRef<readonly UnfinishedDrawing[]>([])
  const toasts = new Map<UnfinishedDrawing, number>()
  let wanted: UnfinishedDrawing | null = null
  /** The key of the project that they belong to: another one may be open by now, a copy of it too. */
  let home: string | null = null

  function drop(gone: readonly UnfinishedDrawing[]): void {
    for (const draft of gone) {
      dismissToast(toasts.get(draft) ?? -1)
      toasts.delete(draft)
    }
    drafts.value = drafts.value.filter((draft) => !gone.includes(draft))
  }

  function keep(): void {
    if (home !== null) writeDrafts(home, drafts.value)
  }

  function offer(draft: UnfinishedDrawing): void {
    dismissToast(toasts.get(draft) ?? -1)
    const text = t('drafts.kept', { what: nameOf(draft.tool), n: draft.points })
    toasts.set(draft, showToast({ tone: 'info', text, action: { label: t('drafts.goOn'), run: () => goOn(draft) } }))
  }

  tools.onSetAside((draft) => {
    drafts.value = [...drafts.value, draft]
    drop(drafts.value.slice(0, -mostDrafts))
    keep()
    offer(draft)
  })

  /** Brings tool, picture and drawing back. */
  function goOn(draft: UnfinishedDrawing): void {
    if (tools.stroking || !drafts.value.includes(draft)) return
    wanted = draft
    if (open() === draft.itemId) take(draft.itemId)
    go(draft.itemId)
  }

  /** A picture is open now: what is wanted of it goes on, else what waits there is offered again. Where it cannot be changed, the drawing is kept. */
  function take(itemId: Id): void {
    const draft = wanted
    wanted = null
    if (draft?.itemId !== itemId || !mayChange()) {
      for (const waiting of drafts.value.filter((each) => each.itemId === itemId)) offer(waiting)
      return
    }
    drop([draft])
    const resumed = tools.resume({ ...draft, classId: classFor(draft.classId) })
    keep()
    if (resumed !== 'whole') showToast({ tone: 'info', text: t(`drafts.${resumed}`, { what: nameOf(draft.tool) }) })
  }

  /** What an earlier version kept by the id alone is the project's where it has no copies; else nobody can say whose it is, and it goes. */
  async function adopt({ key, id }: Pick<Project, 'key' | 'id'>): Promise<void> {
    const found = readDraftsOfId(id)
    if (found.length === 0) return
    const isOwn = await isOnlyOne(id)
    // Something else was left unfinished meanwhile, which has their place.
    if (home !== key || readDraftsOfId(id).length === 0) return
    drafts.value = isOwn ? found.slice(-mostDrafts) : []
    keep()
    const newest = drafts.value.at(-1)
    if (newest) offer(newest)
  }

  return {
    any: () => drafts.value.length > 0,
    /** The newest of the open picture, else the newest of all. */
    goOnWithNewest(): void {
      const draft = drafts.value.findLast(({ itemId }) => itemId === open()) ?? drafts.value.at(-1)
      if (draft) goOn(draft)
    },
    take,
    /** Its picture is gone, and with it what was drawn there; not so where only another project is open. Errors: rpc/unavailable. */
    async lose(itemId: Id): Promise<void> {
      const key = home
      if ((await readProjectKey()) !== key || home !== key) return
      const gone = drafts.value.filter((draft) => draft.itemId === itemId)
      if (gone.length === 0) return
      drop(gone)
      keep()
      showToast({ tone: 'info', text: t('drafts.lost', { what: nameOf(gone.at(-1)!.tool) }) })
    },
    /** What this window kept of the project when it was loaded before; the newest one is offered. */
    restore(): void {
      const opened = project()
      home = homeKey(opened)
      drafts.value = home === null ? [] : readDrafts(home).slice(-mostDrafts)
      const newest = drafts.value.at(-1)
      if (newest) offer(newest)
      if (opened) void adopt(opened).catch(() => undefined)
    },
    /** They belong to another project; the window keeps them until something else is left unfinished. */
    forget(): void {
      wanted = null
      drop(drafts.value)
    },
  }
}
