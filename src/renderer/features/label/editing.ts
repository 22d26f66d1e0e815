import { ref, shallowRef } from 'vue'
import { AppError, errorFromWire, isDiskTrouble, type WireError } from '../../../shared/errors.ts'
import type { EditResult } from '../../../shared/model/annotation.ts'
import type { RestorePoint } from '../../../shared/model/history.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import { pictureCommand, type PictureChange } from '../../../shared/model/pictureChange.ts'
import { Editor } from '../../canvas/engine/editor.ts'
import { ToolHost } from '../../canvas/tools/toolHost.ts'
import { toWire } from '../../i18n/errorText.ts'
import { homeKey } from '../../stores/home.ts'
import type { Dropped } from '../../stores/saveState.ts'
import { CommitQueue, type Settle, type Waiting } from './commitQueue.ts'
import { createObjectConflicts } from './conflicts/objectConflicts.ts'
import { createPictureConflicts } from './conflicts/pictureConflicts.ts'
import type { EditingPorts } from './editingPorts.ts'
import { createTellers, type Described, type Teller } from './tellers.ts'
import { createTurns } from './turns.ts'
import { awayChanges, awayQuestions, refusedChanges } from './unsaved.ts'

export const newId = (): Id => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))

const passing: ReadonlySet<string> = new Set(['rpc/unavailable', 'auth/required', 'project/none-open'])
/** Over a failure that nobody foresaw an entry is sent again for half a minute. */
const unforeseen: ReadonlySet<string> = new Set(['bug/unexpected', 'cancelled'])
const unforeseenTries = 7

function triesOver(error: unknown): number {
  const { code } = toWire(error)
  if (isDiskTrouble(code) || passing.has(code)) return Infinity
  return unforeseen.has(code) ? unforeseenTries : 1
}

const unreachable: WireError = { code: 'rpc/unavailable', message: 'changes are still waiting to be saved', data: {} }
const ungreeted: WireError = { code: 'rpc/unavailable', message: 'the host was not greeted yet', data: {} }

/** Undo pressed faster than the host answers: that many presses are kept, a key held down for longer is not. */
const mostSteps = 20
/** While gestures are answered faster than a list is read. */
const mostReads = 10

export type Editing = ReturnType<typeof createEditing>

/** The editor of the page and its way to the host: autosave of every gesture, undo and redo from the host's journal. */
export function createEditing(ports: EditingPorts) {
  const canUndo = ref(false)
  const canRedo = ref(false)
  /** Why something is not saved; null while all is well. */
  const problem = shallowRef<WireError | null>(null)
  const inTurn = createTurns(mostSteps)
  const tellers = createTellers()
  const settling = new Set<(why: unknown) => void>()
  const home = ports.home ?? (() => null)
  /** For whatever goes into the history of this page: under this name another page may be known by now. Errors: rpc/unavailable. */
  function ownSlot(): string {
    if (ports.known?.() === false) throw errorFromWire(ungreeted)
    return ports.slot()
  }
  let down = false
  let closed = false
  /** Calls on their way that answer with a change. */
  let asking = 0

  const queue = new CommitQueue(
    {
      async send({ entryId, itemId, command, edits, picture, home: made }) {
        const [{ annotations }, client, madeIn] = [ports.client(), ownSlot(), made?.key]
        if (picture) return annotations.describe({ entryId, itemId, client, madeIn, change: picture })
        return annotations.apply({ entryId, itemId, command, edits: [...edits], client, madeIn })
      },
      tries: triesOver,
      home,
      look,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    {
      saved(result, { picture }) {
        ports.saves.saved(result.savedAt)
        problem.value = null
        editor.setReadOnly(closed)
        take(result)
        count()
        ports.saved(result.itemId, picture)
        tellers.tell(result.entryId, 'saved')
      },
      blocked: block,
      yielded: () => ports.saves.yielded(),
      refused({ entries, error }) {
        const { entryId, itemId } = entries[0]
        if (tellers.keeps(entryId)) queue.takeKept(entryId)
        for (const entry of entries) {
          ports.saves.yielded()
          tellers.tell(entry.entryId, 'refused')
        }
        problem.value = toWire(error)
        count()
        if (itemId === editor.itemId) {
          editor.rollback(entryId)
          // That the picture is gone as well is said by the refusal.
          reload().catch(() => undefined)
        }
        ports.refused(error)
      },
    },
  )

  const pictureConflicts = createPictureConflicts({
    home,
    read: (itemId) => ports.client().items.get({ itemId }),
    pending: ({ itemId, home: made }) => queue.pendingFor(itemId, made ?? null),
    describe,
    changed: countAsked,
    yields: (entryId) => tellers.tell(entryId, 'waiting'),
  })
  const conflicts = createObjectConflicts({
    home,
    editor: () => editor,
    async read(entry) {
      const list = await ports.client().annotations.list({ itemId: entry.itemId, client: ports.slot() })
      await checkHome(entry)
      return list
    },
    newId,
    changed: countAsked,
  })

  const editor = new Editor({
    newId,
    ...(ports.fieldsFor ? { fieldsFor: ports.fieldsFor } : {}),
    commit: push,
    denied: ports.denied,
    held: ports.held,
    ...(ports.nothing ? { nothing: ports.nothing } : {}),
    ...(ports.resampled ? { resampled: ports.resampled } : {}),
    ...(ports.voidKept ? { voidKept: ports.voidKept } : {}),
    ...(ports.targetGone ? { targetGone: ports.targetGone } : {}),
    ...(ports.unseenKept ? { unseenKept: ports.unseenKept } : {}),
  })
  const tools = new ToolHost(editor)

  /** Tells what is not saved, by where it waits. */
  function count(): void {
    ports.saves.pending = queue.length
    ports.saves.refused = refusedChanges(queue.kept)
    ports.saves.away = awayChanges(queue.away, home())
  }

  /** What waits for another project is none of its teller's business any more. */
  function tellAway(): void {
    for (const { entryId } of queue.away) tellers.tell(entryId, 'waiting')
    count()
  }

  /** Another project is open, or none: what waits for the new one goes on its way. */
  function moved(): void {
    tellAway()
    countAsked()
    queue.retry()
  }

  /** Shows a refused change again, where its picture is open, and sends it once more. */
  function again(id: Id): void {
    const entries = queue.takeKept(id)
    for (const entry of entries) editor.show(entry)
    queue.resend(entries)
    problem.value = null
    count()
  }

  /** Gives up a refused change, or what waits for a project; of questions there this window's versions. */
  function drop(what: Dropped): void {
    tellAway()
    if ('change' in what) queue.takeKept(what.change)
    else if ('project' in what) queue.drop(what.project)
    else for (const questions of [conflicts, pictureConflicts]) questions.drop((made) => homeKey(made) === what.questions)
    problem.value = null
    count()
  }

  /** What waits for the open project in another folder goes on here, as the user says. */
  function moveHere(key: string): void {
    queue.moveHere(key)
    count()
  }

  function push(entry: Waiting): void {
    ports.saves.begin()
    canUndo.value = true
    canRedo.value = false
    queue.push({ ...entry, itemName: entry.itemName ?? ports.nameOf?.(entry.itemId) })
    if (down) linked(false)
  }

  /** Says something about the picture as a whole, in turn with what is done to its objects; answers when that is saved, or has to wait. */
  function describe(itemId: Id, picture: PictureChange, { home: madeIn = home(), keeps = () => false }: Teller = {}): Promise<Described> {
    if (!editor.mayChange()) return Promise.resolve('refused')
    const entryId = newId()
    const end = tellers.wait(entryId, keeps)
    push({ entryId, itemId, command: pictureCommand(picture), edits: [], picture, home: madeIn })
    tellAway()
    return end
  }

  function tellSteps(result: Pick<EditResult, 'canUndo' | 'canRedo'>): void {
    canUndo.value = result.canUndo || queue.length > 0
    canRedo.value = result.canRedo && queue.length === 0
  }
  /** What an answer says, whichever picture it is about. */
  function learn(result: EditResult): void {
    tellSteps(result)
    queue.learn(result.changed)
    ports.revised(result.itemId, result.itemRev)
  }
  function take(result: EditResult): readonly Id[] {
    learn(result)
    // Somebody else changed the picture before this: that is not in the answer, and the event of it may come too late to be heard.
    const missed = result.itemId === editor.itemId && result.itemRev > editor.records.itemRev + 1
    const back = editor.merge(result)
    if (missed) reload().catch(() => undefined)
    return back
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
    ports.saves.trouble = troubled ? { error: problem.value!, waiting: queue.waiting.map(({ command }) => command) } : null
    // What is drawn now could only wait in this window: less is lost when nothing more piles up.
    editor.setReadOnly(troubled || closed)
    if (error !== null) tellers.tellAll('waiting')
    if (error !== null) for (const reject of settling) reject(error)
  }

  /** What is stored where somebody was quicker; null: it is not about that. */
  async function look(entry: Waiting, error: unknown): Promise<Settle | null> {
    const { code } = toWire(error)
    if (code === 'item/not-found') await checkHome(entry)
    if (code === 'item/conflict') return pictureConflicts.look(entry)
    return code === 'annotation/conflict' || code === 'annotation/not-found' ? conflicts.look(entry) : null
  }

  /** Another window may have opened another project, of which this one has not heard yet. Errors: project/none-open. */
  async function checkHome({ home: made }: Waiting): Promise<void> {
    if (!made) return
    const open = await ports.client().projects.current({})
    if (open?.key !== made.key) throw new AppError('project/none-open', `${made.name} is not open any more`)
  }

  function countAsked(): void {
    const said = pictureConflicts.all.value.map(({ home: made, theirs }) => ({ home: made, itemName: theirs.name }))
    const all = [...conflicts.all.value, ...said]
    ports.saves.asked = all.length
    ports.saves.askedAway = awayQuestions(all, home())
  }

  /** Reads the open image's annotations again; what is still on its way stays on top. A list that an answer of the host overtook is read once more. */
  async function reload(): Promise<void> {
    const { itemId } = editor
    for (let reads = 0; itemId !== null && reads < mostReads; reads++) {
      const list = await ports.client().annotations.list({ itemId, client: ports.slot() })
      if (editor.itemId !== itemId) return
      tellSteps(list)
      if (editor.refresh(list.itemRev, list.annotations)) return
    }
  }

  /** Changes of the open picture that an answer to this page will bring, or may. */
  const onItsWay = (): boolean => asking > 0 || editor.records.pending.length > 0

  async function answered(call: Promise<EditResult>): Promise<EditResult> {
    asking++
    const result = await call.finally(() => asking--)
    ports.saves.begin()
    ports.saves.saved(result.savedAt)
    return result
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

  /** Takes the newest entry back, or does it again. Waits for what is on its way; while an earlier state is looked at it does nothing, which is said. Errors: journal/..., rpc/unavailable. */
  async function step(kind: 'undo' | 'redo'): Promise<void> {
    if (editor.ghosts.past) return ports.denied()
    if (!(kind === 'undo' ? canUndo : canRedo).value) return
    tools.setAside()
    await settled()
    const client = ownSlot()
    const call = ports.client().annotations[kind]({ client, madeIn: home()?.key })
    const result = await answered(call).catch(async (error: unknown) => {
      // What is refused may be off the stack now.
      await reload().catch(() => undefined)
      throw error
    })
    if (result.itemId === editor.itemId) {
      const back = take(result)
      if (back.length > 0) editor.select(back)
    } else {
      learn(result)
      ports.elsewhere(result)
    }
    ports.done(result, kind)
  }

  /** Lets go of an entry that is refused. Waits for its turn behind what is undone and redone. Errors: rpc/unavailable. */
  async function skip(entryId: Id): Promise<void> {
    const left = await ports.client().annotations.skip({ client: ownSlot(), entryId })
    tellSteps(left)
  }

  /** Brings an earlier state back as a new entry; what the open image gets back is selected. Errors: as annotations.restore. */
  async function restore(itemId: Id, point: RestorePoint, unlock = false): Promise<void> {
    if (itemId === editor.itemId) tools.setAside()
    await settled()
    const result = await answered(
      ports.client().annotations.restore({ entryId: newId(), itemId, client: ownSlot(), madeIn: home()?.key, point, unlock }),
    )
    if (itemId === editor.itemId) {
      take(result)
      editor.select(result.changed.map(({ id }) => id))
    } else learn(result)
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
    conflicts: conflicts.list,
    pictureConflicts,
    settle: conflicts.settle,
    moved,
    again,
    drop,
    moveHere,
    linked,
    reload,
    onItsWay,
    undo: () => inTurn(() => step('undo')),
    redo: () => inTurn(() => step('redo')),
    skip: (entryId: Id) => inTurn(() => skip(entryId)),
  }
}
