import { ref, shallowRef } from 'vue'
import type { PageClient } from '../../../shared/api/page/contract.ts'
import { AppError, errorFromWire, isDiskTrouble, type WireError } from '../../../shared/errors.ts'
import type { Attributes, EditResult } from '../../../shared/model/annotation.ts'
import type { RestorePoint } from '../../../shared/model/history.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import { pictureCommand, type PictureChange } from '../../../shared/model/pictureChange.ts'
import type { Gesture } from '../../canvas/engine/actions.ts'
import type { Entry } from '../../canvas/engine/edits.ts'
import { Editor } from '../../canvas/engine/editor.ts'
import { ToolHost } from '../../canvas/tools/toolHost.ts'
import { toWire } from '../../i18n/errorText.ts'
import type { SaveTrouble } from '../../stores/saveState.ts'
import { CommitQueue, type Settle, type Waiting } from './commitQueue.ts'
import { resolve, settleConflicts, type Choice, type Conflict } from './conflicts/conflicts.ts'
import { gestureName } from './gestureName.ts'
import { createTurns } from './turns.ts'

export interface EditingPorts {
  readonly client: () => PageClient
  /** Whose undo history it is (see system.hello). */
  readonly slot: () => string
  /** What a new object of a class starts with. */
  readonly startAttributes?: (classId: Id | null) => Attributes
  readonly saves: {
    begin(): void
    saved(atMs: number): void
    lost(): void
    yielded(): void
    blocked: boolean
    asked: number
    trouble: SaveTrouble | null
  }
  /** An entry of this page was refused; what was shown of it is gone. */
  readonly refused: (error: unknown) => void
  /** Undo or redo changed another image than the open one. */
  readonly elsewhere: (result: EditResult) => void
  /** An entry of this page is on disk; `picture`: what it says about the picture as a whole. */
  readonly saved: (itemId: Id, picture?: PictureChange) => void
  /** A change was tried while nothing can be saved. */
  readonly denied: () => void
  /** A gesture would have changed locked objects. */
  readonly held: () => void
  /** A mask was sized or turned. */
  readonly resampled?: () => void
  /** What the user should hear. */
  readonly done: (result: EditResult, kind: 'undo' | 'redo') => void
}

/** What became of something that was said about a picture as a whole. */
export type Described = 'saved' | 'waiting' | 'refused'

export const newId = (): Id => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))

const passing = (code: string): boolean => isDiskTrouble(code) || code === 'rpc/unavailable' || code === 'auth/required'

const unreachable: WireError = { code: 'rpc/unavailable', message: 'changes are still waiting to be saved', data: {} }

/** Undo pressed faster than the host answers: that many presses are kept, a key held down for longer is not. */
const mostSteps = 20

export type Editing = ReturnType<typeof createEditing>

/** The editor of the page and its way to the host: autosave of every gesture, undo and redo from the host's journal. */
export function createEditing(ports: EditingPorts) {
  const canUndo = ref(false)
  const canRedo = ref(false)
  /** Why something is not saved; null while all is well. */
  const problem = shallowRef<WireError | null>(null)
  /** Objects changed here and elsewhere: the user says which version stays. */
  const conflicts = shallowRef<readonly Conflict[]>([])
  const inTurn = createTurns(mostSteps)
  /** Who waits to hear what became of a gesture about a picture as a whole. */
  const described = new Map<Id, (end: Described) => void>()
  const settling = new Set<(why: unknown) => void>()
  let down = false
  let closed = false

  const queue = new CommitQueue(
    {
      send({ entryId, itemId, command, edits, picture }) {
        const [{ annotations }, client] = [ports.client(), ports.slot()]
        if (picture) return annotations.describe({ entryId, itemId, client, change: picture })
        return annotations.apply({ entryId, itemId, command, edits: [...edits], client })
      },
      mayPass: (error) => passing(toWire(error).code),
      look,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    {
      saved(result, { picture }) {
        ports.saves.saved(result.savedAt)
        problem.value = null
        editor.setReadOnly(closed)
        take(result)
        ports.saved(result.itemId, picture)
        described.get(result.entryId)?.('saved')
      },
      blocked: block,
      yielded: () => ports.saves.yielded(),
      refused(entry, dropped, error) {
        for (const { entryId } of dropped) {
          ports.saves.lost()
          described.get(entryId)?.('refused')
        }
        problem.value = toWire(error)
        if (entry.itemId === editor.itemId) {
          editor.rollback(entry.entryId)
          // That the picture is gone as well is said by the refusal.
          reload().catch(() => undefined)
        }
        ports.refused(error)
      },
    },
  )

  const editor = new Editor({
    newId,
    ...(ports.startAttributes ? { startAttributes: ports.startAttributes } : {}),
    commit: push,
    denied: ports.denied,
    held: ports.held,
    ...(ports.resampled ? { resampled: ports.resampled } : {}),
  })
  const tools = new ToolHost(editor)

  function push(entry: Waiting): void {
    ports.saves.begin()
    canUndo.value = true
    canRedo.value = false
    queue.push(entry)
    if (down) linked(false)
  }

  /** Says something about the picture as a whole, in turn with what is done to its objects; answers when that is saved, or has to wait. */
  function describe(itemId: Id, picture: PictureChange): Promise<Described> {
    if (!editor.mayChange()) return Promise.resolve('refused')
    const entryId = newId()
    const end = new Promise<Described>((resolve) => described.set(entryId, resolve)).finally(() => described.delete(entryId))
    push({ entryId, itemId, command: pictureCommand(picture), edits: [], picture })
    return end
  }

  function tellSteps(result: Pick<EditResult, 'canUndo' | 'canRedo'>): void {
    canUndo.value = result.canUndo || queue.length > 0
    canRedo.value = result.canRedo && queue.length === 0
  }
  function take(result: EditResult): readonly Id[] {
    tellSteps(result)
    queue.learn(result.changed)
    return editor.merge(result)
  }

  /** The link went down or came back: said at once, before a call fails, and what waits is sent as soon as it can be. */
  function linked(open: boolean): void {
    if (open) queue.retry()
    else if (queue.length > 0) block(new AppError('rpc/unavailable', 'the link is down'))
    down = !open
  }

  function block(error: unknown): void {
    ports.saves.blocked = error !== null
    problem.value = error === null ? null : toWire(error)
    const troubled = problem.value !== null && isDiskTrouble(problem.value.code)
    ports.saves.trouble = troubled ? { error: problem.value!, waiting: queue.waiting.map(({ command }) => gestureName(command)) } : null
    // What is drawn now could only wait in this window: less is lost when nothing more piles up.
    editor.setReadOnly(troubled || closed)
    if (error !== null) for (const resolve of described.values()) resolve('waiting')
    if (error !== null) for (const reject of settling) reject(error)
  }

  /** What is stored where somebody was quicker; the objects in question wait for the user, everything else goes on. */
  async function look({ itemId }: Entry, error: unknown): Promise<Settle | null> {
    const { code } = toWire(error)
    if (code !== 'annotation/conflict' && code !== 'annotation/not-found') return null
    const list = await ports.client().annotations.list({ itemId, client: ports.slot() })
    return (pending, expectedRev) => {
      const found = settleConflicts(list.annotations, pending, expectedRev)
      if (itemId === editor.itemId) {
        editor.retain(found.rest)
        editor.refresh(list.itemRev, list.annotations)
      }
      const again = new Set(found.conflicts.map(({ id }) => id))
      ask([...conflicts.value.filter(({ id }) => !again.has(id)), ...found.conflicts])
      return found.rest
    }
  }

  function ask(about: readonly Conflict[]): void {
    conflicts.value = about
    ports.saves.asked = about.length
  }

  /** Carries out a choice for some objects of the open image, as one gesture. */
  function settle(ids: readonly Id[], choice: Choice): void {
    const chosen = conflicts.value.filter(({ id, itemId }) => itemId === editor.itemId && ids.includes(id))
    if (!editor.mayChange()) return
    const edits = chosen.flatMap((conflict) => resolve(conflict, choice, editor.records.get(conflict.id) ?? null, newId))
    // Refused, as for an object that was locked elsewhere: the question stays open, and this window's version with it.
    if (editor.commit('resolve' satisfies Gesture, edits)) ask(conflicts.value.filter((conflict) => !chosen.includes(conflict)))
  }

  /** Reads the open image's annotations again; what is still on its way stays on top. */
  async function reload(): Promise<void> {
    const itemId = editor.itemId
    if (itemId === null) return
    const list = await ports.client().annotations.list({ itemId, client: ports.slot() })
    if (editor.itemId !== itemId) return
    canUndo.value = list.canUndo || queue.length > 0
    canRedo.value = list.canRedo && queue.length === 0
    editor.refresh(list.itemRev, list.annotations)
  }

  /** Waits until all that was done is on disk. Errors: why it cannot be just now. */
  async function settled(): Promise<void> {
    if (queue.length > 0 && ports.saves.blocked) throw errorFromWire(problem.value ?? unreachable)
    const { promise: blocked, reject } = Promise.withResolvers<never>()
    settling.add(reject)
    await Promise.race([queue.whenEmpty(), blocked]).finally(() => settling.delete(reject))
  }

  /** The open picture may not be changed, for it is out of the dataset, or it may again. */
  function setClosed(now: boolean): void {
    closed = now
    editor.setReadOnly(closed || ports.saves.trouble !== null)
  }

  /** Takes the newest entry back, or does it again. Waits for what is on its way. Errors: journal/..., rpc/unavailable. */
  async function step(kind: 'undo' | 'redo'): Promise<void> {
    if (!(kind === 'undo' ? canUndo : canRedo).value) return
    tools.setAside()
    await settled()
    const result = await ports
      .client()
      .annotations[kind]({ client: ports.slot() })
      .catch(async (error: unknown) => {
        // What is refused may be off the stack now.
        await reload().catch(() => undefined)
        throw error
      })
    ports.saves.begin()
    ports.saves.saved(result.savedAt)
    if (result.itemId === editor.itemId) {
      const back = take(result)
      if (back.length > 0) editor.select(back)
    } else {
      queue.learn(result.changed)
      ports.elsewhere(result)
    }
    ports.done(result, kind)
  }

  /** Lets go of an entry that is refused. Waits for its turn behind what is undone and redone. Errors: rpc/unavailable. */
  async function skip(entryId: Id): Promise<void> {
    const left = await ports.client().annotations.skip({ client: ports.slot(), entryId })
    canUndo.value = left.canUndo || queue.length > 0
    canRedo.value = left.canRedo && queue.length === 0
  }

  /** Brings an earlier state back as a new entry; what the open image gets back is selected. Errors: as annotations.restore. */
  async function restore(itemId: Id, point: RestorePoint, unlock = false): Promise<void> {
    if (itemId === editor.itemId) tools.setAside()
    await settled()
    const result = await ports.client().annotations.restore({ entryId: newId(), itemId, client: ports.slot(), point, unlock })
    ports.saves.begin()
    ports.saves.saved(result.savedAt)
    if (itemId === editor.itemId) {
      take(result)
      editor.select(result.changed.map(({ id }) => id))
    } else tellSteps(result)
  }

  return {
    restore,
    describe,
    settled,
    setClosed,
    editor,
    tools,
    queue,
    canUndo,
    canRedo,
    problem,
    conflicts,
    settle,
    linked,
    reload,
    undo: () => inTurn(() => step('undo')),
    redo: () => inTurn(() => step('redo')),
    skip: (entryId: Id) => inTurn(() => skip(entryId)),
  }
}
