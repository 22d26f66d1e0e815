import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { chainAt, hasVertices } from '../../../shared/geometry/vertices.ts'
import type { Annotation, AnnotationPatch, Edit, EditResult, NewAnnotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { fitCamera, resizeCamera, type Camera, type Viewport } from './camera.ts'
import type { ActiveVertex } from './draft.ts'
import type { Entry } from './edits.ts'
import type { Finders } from './finders.ts'
import { GestureState } from './gestureState.ts'
import { composeGhosts, noGhosts, type Ghosts, type GhostWriter } from './ghosts.ts'
import { defaultLook, isOnShow, revealed, type Look } from './look.ts'
import { Pen, type FieldsFor } from './pen.ts'
import { Records } from './records.ts'
import { patchSettings, restoreSettings, type SettingsPatch, type ToolSettings } from './settings.ts'

/** What a listener may have to look at again. */
export type Aspect = 'item' | 'camera' | 'records' | 'selection' | 'draft' | 'hover' | 'look' | 'tool' | 'settings'

export interface EditorPorts {
  /** Ids for new annotations and entries (UUIDv7). */
  readonly newId: () => Id
  /** Takes a finished gesture to the host. */
  readonly commit: (entry: Entry) => void
  /** What is defined for objects of a class; absent: nothing. */
  readonly fieldsFor?: FieldsFor
  /** Something would have been changed while nothing may be (see `setReadOnly`). */
  readonly denied?: () => void
  /** A gesture would have changed locked objects, so nothing happened. */
  readonly held?: () => void
  /** A gesture was ended that would change nothing, or leave nothing of what it was meant for. */
  readonly nothing?: (command: string) => void
  /** A mask was sized or turned: its pixels are no longer those that were painted. */
  readonly resampled?: () => void
  /** Locked void was painted over, and stays void. */
  readonly voidKept?: () => void
  /** What an object under way was to change is gone. */
  readonly targetGone?: () => void
  /** So many selected objects are not on show, and were not deleted. */
  readonly unseenKept?: (count: number) => void
}

/** The open image as a headless machine: records, selection, camera, gesture. Knows no page, no canvas and no host. */
export class Editor {
  readonly gesture = new GestureState((aspect) => this.emit(aspect))
  readonly fieldsFor: FieldsFor
  readonly pen: Pen
  readonly finders: Finders = { wire: null, flood: null, segmenter: null }
  readonly #ports: EditorPorts
  readonly #records = new Records()
  readonly #listeners = new Set<(aspect: Aspect) => void>()
  #itemId: Id | null = null
  #image: ImageSize = { width: 1, height: 1 }
  #view: Viewport = { width: 1, height: 1, pixelRatio: 1 }
  #camera: Camera = { scale: 1, x: 0, y: 0 }
  /** True until the user zooms or pans: then a changed viewport fits the picture again. */
  #fitted = true
  #selection: ReadonlySet<Id> = new Set()
  #activeVertex: ActiveVertex | null = null
  #look: Look = defaultLook
  #settings: ToolSettings = restoreSettings(null)
  #painted: readonly Annotation[] | null = null
  #readOnly = false
  /** What was being drawn when the image became read-only may still be finished. */
  #lastGesture = false
  #ghosts: Ghosts = noGhosts
  readonly #ghostsOf = new Map<GhostWriter, Ghosts>()

  constructor(ports: EditorPorts) {
    this.#ports = ports
    this.fieldsFor = ports.fieldsFor ?? (() => [])
    this.pen = new Pen(() => this.emit('tool'), this.fieldsFor)
  }

  newId(): Id {
    return this.#ports.newId()
  }

  onChange(listener: (aspect: Aspect) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(aspect: Aspect): void {
    if (aspect === 'records' || aspect === 'item' || aspect === 'look') this.#painted = null
    for (const listener of this.#listeners) listener(aspect)
  }

  // --- the image ---

  get itemId(): Id | null {
    return this.#itemId
  }
  get image(): ImageSize {
    return this.#image
  }
  get records(): Pick<Records, 'get' | 'has' | 'inOrder' | 'pick' | 'meeting' | 'boundsOf' | 'size' | 'itemRev' | 'pending'> {
    return this.#records
  }

  /** Opens an image: nothing selected, no draft, the whole picture in view. */
  open(itemId: Id, image: ImageSize, itemRev: number, annotations: readonly Annotation[], pending: readonly Entry[]): void {
    this.#itemId = itemId
    this.#image = image
    this.#records.load(itemRev, annotations, pending)
    this.#selection = new Set()
    this.#activeVertex = null
    this.gesture.reset()
    this.#look = { ...this.#look, hiddenIds: new Set() }
    this.#ghostsOf.clear()
    this.#ghosts = noGhosts
    this.#fitted = true
    this.#camera = fitCamera(this.#view, image)
    for (const aspect of ['item', 'records', 'selection', 'camera', 'draft'] as const) this.emit(aspect)
  }

  close(): void {
    this.#itemId = null
    this.#records.load(-1, [], [])
    this.#selection = new Set()
    this.#activeVertex = null
    this.gesture.reset()
    for (const aspect of ['item', 'records', 'selection', 'draft'] as const) this.emit(aspect)
  }

  // --- changes and their fate ---

  get readOnly(): boolean {
    return this.#readOnly
  }
  setReadOnly(readOnly: boolean): void {
    if (readOnly === this.#readOnly) return
    this.#readOnly = readOnly
    this.#lastGesture = readOnly && this.gesture.draft.kind !== 'none'
    this.emit('tool')
  }
  /** False, and said, when nothing may be changed now. */
  mayChange(): boolean {
    const may = this.#ghosts.past === null && (!this.#readOnly || this.#lastGesture)
    if (!may) this.#ports.denied?.()
    return may
  }

  /** True, and said, when the record is locked: what would change it does not begin. */
  holds({ locked = false }: Annotation): boolean {
    if (locked) this.#ports.held?.()
    return locked
  }

  /** What is locked is only unlocked, deleted on purpose, and passed by others in the order; a gesture that would change more of it is no gesture. */
  #isHeld(edit: Edit): boolean {
    if (edit.op === 'create' || !this.#records.get(edit.id)?.locked) return false
    if (edit.op === 'delete' || edit.evenLocked) return !edit.evenLocked
    const passed = !this.#selection.has(edit.id)
    return !Object.keys(edit.patch).every((key) => key === 'locked' || (key === 'z' && passed))
  }

  /** One gesture: shown at once, handed to the host under one name. Empty lists are no gesture. False: refused, and said; nothing happened. */
  commit(command: string, edits: readonly Edit[]): boolean {
    if (edits.length === 0) return true
    if (!this.#itemId || !this.mayChange()) return false
    if (edits.some((edit) => this.#isHeld(edit))) {
      this.#ports.held?.()
      return false
    }
    this.#lastGesture = false
    const was = edits.flatMap((edit) => (edit.op === 'create' ? [] : (this.gesture.begunFrom(edit.id) ?? this.#records.get(edit.id) ?? [])))
    const seen = edits.map((edit) => (edit.op === 'create' ? edit : { ...edit, rev: this.gesture.begunFrom(edit.id)?.rev ?? edit.rev }))
    this.gesture.settled()
    const entry: Entry = { entryId: this.#ports.newId(), itemId: this.#itemId, command, edits: seen, was }
    this.#changed(this.#records.push(entry))
    this.#ports.commit(entry)
    return true
  }

  /** Says that a gesture would change nothing, or leave nothing; there is no entry for it. */
  changesNothing(command: string): void {
    this.#ports.nothing?.(command)
  }

  /** A mask was sized or turned. */
  resampled(): void {
    this.#ports.resampled?.()
  }

  /** Selected objects that nobody sees were not deleted. */
  unseenKept(count: number): void {
    this.#ports.unseenKept?.(count)
  }

  /** Locked void was painted over. */
  voidKept(): void {
    this.#ports.voidKept?.()
  }

  /** What an object under way was to change was deleted meanwhile. */
  targetGone(): void {
    this.#ports.targetGone?.()
  }

  /** Patches of existing records as one gesture; what the host does not know any more is left out. */
  commitPatches(command: string, patches: ReadonlyMap<Id, AnnotationPatch>): boolean {
    const edits: Edit[] = []
    for (const [id, patch] of patches) {
      const record = this.#records.get(id)
      if (record) edits.push({ op: 'update', id, rev: record.rev, patch })
    }
    return this.commit(command, edits)
  }

  /** A new annotation of the chosen class, on top of the others; answers with its id. */
  commitNew(command: string, shape: Shape): Id {
    const annotation = this.newRecord(shape)
    if (this.commit(command, [{ op: 'create', annotation }])) this.reveal(shape.kind === 'mask' ? 'masks' : 'shapes', annotation.id)
    return annotation.id
  }

  /** What `commitNew` creates, for gestures that change other records as well. */
  newRecord(shape: Shape): NewAnnotation {
    return this.pen.record(this.#ports.newId(), shape, this.topZ())
  }

  /** The place in painter's order above all others. */
  topZ(): number {
    return Math.max(0, (this.#records.inOrder().at(-1)?.z ?? -1) + 1)
  }

  /** The host took an entry, undid or redid one. Ids that came back into being are answered, so that they can be selected. */
  merge(result: EditResult): readonly Id[] {
    if (result.itemId !== this.#itemId) return []
    const back = result.changed.map((record) => record.id).filter((id) => !this.#records.has(id))
    this.#changed(this.#records.merge(result))
    return back
  }

  /** The host refused an entry: its changes and what was built on them disappear. */
  rollback(entryId: Id): readonly Entry[] {
    const { changed, dropped } = this.#records.drop(entryId)
    this.#changed(changed)
    return dropped
  }

  /** An entry that had been taken back is on its way once more. */
  show(entry: Entry): void {
    if (entry.itemId === this.#itemId) this.#changed(this.#records.push(entry))
  }

  /** Parts of entries are no longer on their way to the host (see Records). */
  retain(rest: ReadonlyMap<Id, readonly Edit[]>): void {
    this.#changed(this.#records.retain(rest))
  }

  /** The host's current list of this image; false when it is older than what is known. */
  refresh(itemRev: number, annotations: readonly Annotation[]): boolean {
    const under = [...this.gesture.under].flatMap((id) => this.#records.get(id) ?? [])
    const changed = this.#records.refresh(itemRev, annotations)
    if (!changed) return false
    for (const record of under) if (changed.has(record.id)) this.gesture.overtaken(record)
    this.#changed(changed)
    return true
  }

  #changed(ids: ReadonlySet<Id>): void {
    if (ids.size === 0) return
    const kept = [...this.#selection].filter((id) => this.#records.has(id))
    if (kept.length !== this.#selection.size) this.select(kept)
    if (this.#activeVertex && ids.has(this.#activeVertex.id)) this.#checkVertex()
    this.emit('records')
  }

  // --- selection ---

  get selection(): ReadonlySet<Id> {
    return this.#selection
  }
  /** The selected records in painter's order. */
  get selected(): readonly Annotation[] {
    return this.#selection.size === 0 ? [] : this.#records.pick(this.#selection)
  }
  /** The record whose handles are shown. */
  get single(): Annotation | null {
    const [id] = this.#selection
    return this.#selection.size === 1 && id !== undefined ? (this.#records.get(id) ?? null) : null
  }

  select(ids: Iterable<Id>): void {
    const next = new Set([...ids].filter((id) => this.#records.has(id)))
    if (next.size === this.#selection.size && [...next].every((id) => this.#selection.has(id))) return
    this.#selection = next
    if (this.#activeVertex && !(next.size === 1 && next.has(this.#activeVertex.id))) this.#activeVertex = null
    this.emit('selection')
  }

  toggleSelected(id: Id): void {
    const next = new Set(this.#selection)
    if (!next.delete(id)) next.add(id)
    this.select(next)
  }

  get activeVertex(): ActiveVertex | null {
    return this.#activeVertex
  }
  setActiveVertex(vertex: ActiveVertex | null): void {
    this.#activeVertex = vertex
    this.emit('selection')
  }

  #checkVertex(): void {
    const { id, at } = this.#activeVertex!
    const shape = this.#records.get(id)?.shape
    if (!shape || !hasVertices(shape) || !chainAt(shape, at)?.[at.vertex]) this.#activeVertex = null
  }

  // --- camera ---

  get camera(): Camera {
    return this.#camera
  }
  get view(): Viewport {
    return this.#view
  }
  setCamera(camera: Camera): void {
    this.#fitted = false
    this.#camera = camera
    this.emit('camera')
  }
  fit(): void {
    this.#fitted = true
    this.#camera = fitCamera(this.#view, this.#image)
    this.emit('camera')
  }
  resize(view: Viewport): void {
    this.#camera = this.#fitted ? fitCamera(view, this.#image) : resizeCamera(this.#camera, this.#view, view, this.#image)
    this.#view = view
    this.emit('camera')
  }

  // --- look, settings ---

  get look(): Look {
    return this.#look
  }
  setLook(patch: Partial<Look>): void {
    this.#look = { ...this.#look, ...patch }
    this.emit('look')
  }
  /** What is drawn next, or the record that is drawn into, is seen. */
  reveal(kind: 'masks' | 'shapes', id: Id | null = null): void {
    const { classId } = (id === null ? null : this.#records.get(id)) ?? this.pen
    const look = revealed(this.#look, kind, { id, classId })
    if (look !== this.#look) this.setLook(look)
  }
  /** Options of the tools. */
  get settings(): ToolSettings {
    return this.#settings
  }
  setSettings(patch: SettingsPatch): void {
    this.#settings = patchSettings(this.#settings, patch)
    this.emit('settings')
  }

  // --- ghosts ---

  get ghosts(): Ghosts {
    return this.#ghosts
  }
  /** What one of those who show ghosts shows from now on. */
  setGhosts(by: GhostWriter, ghosts: Ghosts): void {
    if (ghosts === (this.#ghostsOf.get(by) ?? noGhosts)) return
    if (ghosts === noGhosts) this.#ghostsOf.delete(by)
    else this.#ghostsOf.set(by, ghosts)
    this.#ghosts = composeGhosts(this.#ghostsOf)
    this.emit('look')
  }

  /** Records on show, in painter's order; the same array until something changes. */
  painted(): readonly Annotation[] {
    this.#painted ??= (this.#ghosts.past ?? this.#records.inOrder()).filter((record) => isOnShow(this.#look, record))
    return this.#painted
  }
}
