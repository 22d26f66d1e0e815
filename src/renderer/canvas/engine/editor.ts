import { unionBounds } from '../../../shared/geometry/box.ts'
import { isRegion } from '../../../shared/geometry/regions.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds, ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import { chainAt, hasVertices } from '../../../shared/geometry/vertices.ts'
import type { Annotation, Attributes, AnnotationPatch, Edit, EditResult, NewAnnotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { fitCamera, resizeCamera, type Camera, type Viewport } from './camera.ts'
import { noDraft, type ActiveVertex, type Draft } from './draft.ts'
import type { Entry } from './edits.ts'
import { noGhosts, type Ghosts } from './ghosts.ts'
import { hitHandles, noHit, pickShape, reachAt, type Hit } from './hitTest.ts'
import { defaultLook, isOnShow, type Look } from './look.ts'
import { Records } from './records.ts'
import { patchSettings, restoreSettings, type SettingsPatch, type ToolSettings } from './settings.ts'
import type { Snap } from './snap.ts'
import { SpatialIndex } from './spatialIndex.ts'
import type { Wire } from './wire.ts'
import type { Flood } from './flood.ts'

/** What a listener may have to look at again. */
export type Aspect = 'item' | 'camera' | 'records' | 'selection' | 'draft' | 'hover' | 'look' | 'tool' | 'settings'

export interface EditorPorts {
  /** Ids for new annotations and entries (UUIDv7). */
  readonly newId: () => Id
  /** Takes a finished gesture to the host. */
  readonly commit: (entry: Entry) => void
  /** What a new object of a class starts with; absent: nothing. */
  readonly startAttributes?: (classId: Id | null) => Attributes
  /** Something would have been changed while nothing may be (see `setReadOnly`). */
  readonly denied?: () => void
  /** A gesture would have changed locked objects, so nothing happened. */
  readonly held?: () => void
}

/** The open image as a headless machine: records, selection, camera, draft. Knows no page, no canvas and no host. */
export class Editor {
  readonly #ports: EditorPorts
  readonly #records = new Records()
  readonly #index = new SpatialIndex()
  readonly #listeners = new Set<(aspect: Aspect) => void>()
  #itemId: Id | null = null
  #image: ImageSize = { width: 1, height: 1 }
  #view: Viewport = { width: 1, height: 1, pixelRatio: 1 }
  #camera: Camera = { scale: 1, x: 0, y: 0 }
  /** True until the user zooms or pans: then a changed viewport fits the picture again. */
  #fitted = true
  #selection: ReadonlySet<Id> = new Set()
  #activeVertex: ActiveVertex | null = null
  #draft: Draft = noDraft
  #hover: Hit = noHit
  #pointer: ImageVec | null = null
  #coarse = false
  #snap: Snap | null = null
  #wire: Wire | null = null
  #flood: Flood | null = null
  #look: Look = defaultLook
  #settings: ToolSettings = restoreSettings(null)
  #classId: Id | null = null
  #drawsVoid = false
  #painted: readonly Annotation[] | null = null
  #readOnly = false
  /** What was being drawn when the image became read-only may still be finished. */
  #lastGesture = false
  #ghosts: Ghosts = noGhosts
  /** Records a gesture under way began from, where the host changed them meanwhile: it must not pass for one that saw that. */
  readonly #begunFrom = new Map<Id, Annotation>()

  constructor(ports: EditorPorts) {
    this.#ports = ports
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
  get records(): Pick<Records, 'get' | 'has' | 'inOrder' | 'size' | 'itemRev' | 'pending'> {
    return this.#records
  }

  /** Opens an image: nothing selected, no draft, the whole picture in view. */
  open(itemId: Id, image: ImageSize, itemRev: number, annotations: readonly Annotation[], pending: readonly Entry[]): void {
    this.#itemId = itemId
    this.#image = image
    this.#records.load(itemRev, annotations, pending)
    this.#reindex()
    this.#selection = new Set()
    this.#activeVertex = null
    this.#draft = noDraft
    this.#hover = noHit
    this.#look = { ...this.#look, hiddenIds: new Set() }
    this.#ghosts = noGhosts
    this.#begunFrom.clear()
    this.#fitted = true
    this.#camera = fitCamera(this.#view, image)
    for (const aspect of ['item', 'records', 'selection', 'camera', 'draft'] as const) this.emit(aspect)
  }

  close(): void {
    this.#itemId = null
    this.#records.load(-1, [], [])
    this.#reindex()
    this.#selection = new Set()
    this.#activeVertex = null
    this.#draft = noDraft
    for (const aspect of ['item', 'records', 'selection', 'draft'] as const) this.emit(aspect)
  }

  // --- changes and their fate ---

  get readOnly(): boolean {
    return this.#readOnly
  }
  setReadOnly(readOnly: boolean): void {
    if (readOnly === this.#readOnly) return
    this.#readOnly = readOnly
    this.#lastGesture = readOnly && this.#draft.kind !== 'none'
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

  /** What is locked is only unlocked, and passed by others in the order; a gesture that would change more of it is no gesture. */
  #isHeld(edit: Edit): boolean {
    if (edit.op === 'create' || !this.#records.get(edit.id)?.locked) return false
    const passed = !this.#selection.has(edit.id)
    return edit.op === 'delete' || !Object.keys(edit.patch).every((key) => key === 'locked' || (key === 'z' && passed))
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
    const was = edits.flatMap((edit) => (edit.op === 'create' ? [] : (this.#begunFrom.get(edit.id) ?? this.#records.get(edit.id) ?? [])))
    const seen = edits.map((edit) => (edit.op === 'create' ? edit : { ...edit, rev: this.#begunFrom.get(edit.id)?.rev ?? edit.rev }))
    this.#begunFrom.clear()
    const entry: Entry = { entryId: this.#ports.newId(), itemId: this.#itemId, command, edits: seen, was }
    this.#changed(this.#records.push(entry))
    this.#ports.commit(entry)
    return true
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
    this.commit(command, [{ op: 'create', annotation }])
    return annotation.id
  }

  /** What `commitNew` creates, for gestures that change other records as well. */
  newRecord(shape: Shape): NewAnnotation {
    const [id, z] = [this.#ports.newId(), this.topZ()]
    const region = this.#drawsVoid && isRegion(shape) ? 'void' : 'object'
    const attributes = region === 'void' ? {} : (this.#ports.startAttributes?.(this.#classId) ?? {})
    return { id, classId: this.#classId, region, shape, attributes, provenance: { kind: 'human' }, z }
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

  /** Parts of entries are no longer on their way to the host (see Records). */
  retain(rest: ReadonlyMap<Id, readonly Edit[]>): void {
    this.#changed(this.#records.retain(rest))
  }

  /** The host's current list of this image; false when it is older than what is known. */
  refresh(itemRev: number, annotations: readonly Annotation[]): boolean {
    const under = this.#draft.kind === 'reshape' ? [...this.#draft.shapes.keys()].flatMap((id) => this.#records.get(id) ?? []) : []
    const changed = this.#records.refresh(itemRev, annotations)
    if (changed)
      for (const record of under) if (changed.has(record.id) && !this.#begunFrom.has(record.id)) this.#begunFrom.set(record.id, record)
    if (changed) this.#changed(changed)
    return changed !== false
  }

  #changed(ids: ReadonlySet<Id>): void {
    if (ids.size === 0) return
    for (const id of ids) {
      const record = this.#records.get(id)
      this.#index.set(id, record ? shapeBounds(record.shape) : null)
    }
    const kept = [...this.#selection].filter((id) => this.#records.has(id))
    if (kept.length !== this.#selection.size) this.select(kept)
    if (this.#activeVertex && ids.has(this.#activeVertex.id)) this.#checkVertex()
    this.emit('records')
  }

  #reindex(): void {
    this.#index.rebuild(this.#records.inOrder().map((record) => [record.id, shapeBounds(record.shape)] as const))
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

  selectionBounds(): Bounds | null {
    return unionBounds(this.selected.map((record) => shapeBounds(record.shape)))
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

  // --- draft, hover, class, look ---

  get draft(): Draft {
    return this.#draft
  }
  setDraft(draft: Draft): void {
    if (draft === this.#draft) return
    if (this.#draft.kind === 'none') this.#begunFrom.clear()
    this.#draft = draft
    this.emit('draft')
  }
  get hover(): Hit {
    return this.#hover
  }
  setHover(hover: Hit): void {
    if (hover === this.#hover || JSON.stringify(hover) === JSON.stringify(this.#hover)) return
    this.#hover = hover
    this.emit('hover')
  }
  /** Where the pointer (or the cursor moved by keys) is; null outside the canvas. */
  get pointer(): ImageVec | null {
    return this.#pointer
  }
  setPointer(pointer: ImageVec | null): void {
    this.#pointer = pointer
    this.emit('hover')
  }
  /** What the pointer is drawn to while something is drawn or dragged. */
  get snap(): Snap | null {
    return this.#snap
  }
  setSnap(snap: Snap | null): void {
    if (snap === this.#snap) return
    this.#snap = snap
    this.emit('hover')
  }
  /** What finds edges of the picture to draw along; null while the page has none. */
  /** Finds pixels of one colour; null where there is no picture to look at. */
  get flood(): Flood | null {
    return this.#flood
  }
  setFlood(flood: Flood | null): void {
    this.#flood = flood
  }
  get wire(): Wire | null {
    return this.#wire
  }
  setWire(wire: Wire | null): void {
    this.#wire = wire
  }
  /** The last pointer was a finger: handles are larger, and so is what they reach. */
  get coarse(): boolean {
    return this.#coarse
  }
  setCoarse(coarse: boolean): void {
    if (coarse === this.#coarse) return
    this.#coarse = coarse
    this.emit('selection')
  }
  get classId(): Id | null {
    return this.#classId
  }
  setClass(classId: Id | null): void {
    this.#classId = classId
    this.#drawsVoid = false
    this.emit('tool')
  }
  /** Areas drawn from now on are void, until a class is chosen. */
  get drawsVoid(): boolean {
    return this.#drawsVoid
  }
  setDrawsVoid(drawsVoid: boolean): void {
    this.#drawsVoid = drawsVoid
    this.emit('tool')
  }
  get look(): Look {
    return this.#look
  }
  setLook(patch: Partial<Look>): void {
    this.#look = { ...this.#look, ...patch }
    this.emit('look')
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
  setGhosts(ghosts: Ghosts): void {
    if (ghosts === this.#ghosts) return
    this.#ghosts = ghosts
    this.emit('look')
  }

  // --- questions ---

  /** Records on show, in painter's order; the same array until something changes. */
  painted(): readonly Annotation[] {
    this.#painted ??= (this.#ghosts.past ?? this.#records.inOrder()).filter((record) => isOnShow(this.#look, record))
    return this.#painted
  }

  hit(p: ImageVec): Hit {
    if (this.#ghosts.past) return noHit
    const reach = reachAt(this.#camera.scale, this.#coarse)
    const single = this.single
    const handle = single && !single.locked && isOnShow(this.#look, single) ? hitHandles(single, p, reach) : null
    if (handle) return handle
    const around = { minX: p.x - reach.edge, minY: p.y - reach.edge, maxX: p.x + reach.edge, maxY: p.y + reach.edge }
    const near = this.#records.pick(this.#index.query(around)).filter((record) => isOnShow(this.#look, record) && !record.locked)
    const id = near.length === 0 ? null : pickShape(near, p, reach)
    return id === null ? noHit : { kind: 'shape', id }
  }

  /** Records on show whose extent meets the given one, in no order. */
  near(bounds: Bounds): Annotation[] {
    return this.#index.query(bounds).flatMap((id) => {
      const record = this.#records.get(id)
      return record && isOnShow(this.#look, record) ? [record] : []
    })
  }

  /** Ids on show that lie wholly within an extent; masks count by their window. */
  within(bounds: Bounds): Id[] {
    if (this.#ghosts.past) return []
    const inside = this.#index.query(bounds).filter((id) => {
      const b = this.#index.boundsOf(id)
      return b && b.minX >= bounds.minX && b.minY >= bounds.minY && b.maxX <= bounds.maxX && b.maxY <= bounds.maxY
    })
    const records = this.#records.pick(inside).filter((record) => isOnShow(this.#look, record) && !record.locked)
    return records.map(({ id }) => id)
  }
}
