import type { ScreenVec } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { noHit } from '../engine/hitTest.ts'
import { panBy, toImage, toScreen, zoomAt } from '../engine/camera.ts'
import type { Editor } from '../engine/editor.ts'
import { boxTool } from './box/boxTool.ts'
import { brushTool } from './brush/brushTool.ts'
import { ellipseTool } from './ellipse/ellipseTool.ts'
import { lassoTool } from './lasso/lassoTool.ts'
import { commentTool } from './comment/commentTool.ts'
import { panTool } from './pan/panTool.ts'
import { pointTool } from './point/pointTool.ts'
import { polygonTool } from './polygon/polygonTool.ts'
import { polylineTool } from './polyline/polylineTool.ts'
import { rotatedBoxTool } from './rotated-box/rotatedBoxTool.ts'
import { scissorsTool } from './scissors/scissorsTool.ts'
import { selectTool } from './select/selectTool.ts'
import { wandTool } from './wand/wandTool.ts'
import {
  aimingTools,
  isAiming,
  isBrush,
  isDrawing,
  runTool,
  type DrawingToolId,
  type Modifiers,
  type PointerAt,
  type Runner,
  type ToolEvent,
  type ToolId,
} from './tool.ts'
import { smartTool } from './smart/smartTool.ts'
import { splitTool } from './split/splitTool.ts'
import { liesIn, type KeepingTool } from './kept.ts'
import type { Resumed, UnfinishedDrawing } from './unfinished.ts'

export type PointerButton = 'main' | 'middle' | 'right'
export type ToolCursor =
  'default' | 'pointer' | 'move' | 'crosshair' | 'grab' | 'grabbing' | 'copy' | 'ns-resize' | 'ew-resize' | 'nwse-resize' | 'nesw-resize'

/** A pinch comes in steps of a few pixels, a wheel with Ctrl in steps of a hundred or more: bounded, one notch of both wheels is about the same. */
const pinchPower = (deltaY: number): number => -Math.max(-30, Math.min(30, deltaY)) / 120
/** What one notch of a wheel scrolls, in CSS pixels. */
const notchPx = 100
/** A drawing belongs to one object, a cut to some. */
const mostSelected = 100
const noModifiers: Modifiers = { shift: false, alt: false, mod: false }

/** Routes pointer and keys to the chosen tool; Space or the middle button put panning over it, the wheel zooms at the pointer, or changes the size of a brush. */
export class ToolHost {
  readonly #editor: Editor
  readonly #runners: Readonly<Record<ToolId, Runner>>
  #active: ToolId = 'select'
  #lastDrawing: DrawingToolId = 'box'
  #spaceHeld = false
  #pannedWhileHeld = false
  #panning = false
  /** What the press under way found. */
  #pressedIn: { readonly stateName: string; readonly selection: ReadonlySet<Id> } = { stateName: 'idle', selection: new Set() }
  /** Where the pointer is on the canvas. */
  #pointerAt: ScreenVec | null = null
  /** The cursor moved by arrow keys while a drawing tool is chosen; `placed`: Enter was pressed there already. */
  #keyCursor: { readonly placed: boolean } | null = null
  /** A tool is being told something. */
  #sending = false
  #keepUnfinished: ((drawing: UnfinishedDrawing) => void) | null = null

  constructor(editor: Editor) {
    this.#editor = editor
    this.#runners = {
      select: runTool(selectTool, editor),
      box: runTool(boxTool, editor),
      rotatedBox: runTool(rotatedBoxTool, editor),
      ellipse: runTool(ellipseTool, editor),
      polygon: runTool(polygonTool, editor),
      polyline: runTool(polylineTool, editor),
      point: runTool(pointTool, editor),
      scissors: runTool(scissorsTool, editor),
      lasso: runTool(lassoTool, editor),
      comment: runTool(commentTool, editor),
      brush: runTool(brushTool, editor),
      wand: runTool(wandTool, editor),
      smart: runTool(smartTool, editor),
      split: runTool(splitTool, editor),
      pan: runTool(panTool, editor),
    }
    editor.onChange((aspect) => {
      if (aspect === 'settings') this.#send({ type: 'settings' })
      if (aspect === 'records' && !this.#sending) this.#send({ type: 'records' })
    })
  }

  get active(): ToolId {
    return this.#active
  }
  /** The drawing tool that was chosen last, however it was chosen. */
  get lastDrawing(): DrawingToolId {
    return this.#lastDrawing
  }
  get stateName(): string {
    return this.#runners[this.#active].stateName
  }
  /** Something is being drawn or dragged. */
  get busy(): boolean {
    return this.stateName !== 'idle'
  }

  /** What the chosen tool does with the right button. */
  get right(): Runner['right'] {
    return this.#runners[this.#active].right
  }

  /** A stroke is being drawn in one go: it could not be gone on with later, so nothing else begins before the hand is lifted. */
  get stroking(): boolean {
    return this.stateName === 'painting' || this.stateName === 'sketching'
  }

  choose(tool: ToolId): void {
    if (tool === this.#active || this.stroking) return
    this.setAside()
    this.#send({ type: 'leave' })
    this.#active = tool
    if (isDrawing(tool)) this.#lastDrawing = tool
    this.#keyCursor = null
    this.#editor.gesture.setHover(noHit)
    this.#editor.gesture.setSnap(null)
    this.#editor.emit('tool')
  }

  /** The chosen tool sets points (see `aimingTools`). */
  get aims(): boolean {
    return aimingTools.includes(this.#active)
  }

  /** Ends the press under way as if it had never been: what was being drawn before it stays, the selection is what it was. */
  takeBackPress(): void {
    const { stateName, selection } = this.#pressedIn
    if (this.#panning || stateName === 'idle' || !this.key({ type: 'back' })) this.cancel()
    this.#editor.select(selection)
  }

  /** Two fingers: the picture follows their middle and grows with the distance between them. */
  pinch(from: ScreenVec, to: ScreenVec, factor: number): void {
    const { view, image } = this.#editor
    const moved = panBy(this.#editor.camera, to.x - from.x, to.y - from.y, view, image)
    this.#editor.setCamera(zoomAt(moved, to, factor, view, image))
  }

  /** Who keeps what is left half drawn. */
  onSetAside(keep: (drawing: UnfinishedDrawing) => void): void {
    this.#keepUnfinished = keep
  }

  /** Ends what is under way because something else is wanted; a drawing of some length can be gone on with. */
  setAside(): void {
    const unfinished = this.#unfinished()
    this.cancel()
    if (unfinished) this.#keepUnfinished?.(unfinished)
  }

  #unfinished(): UnfinishedDrawing | null {
    const { itemId, gesture, pen, selection, settings, records } = this.#editor
    const kept = this.#runners[this.#active].keep()
    if (!kept || itemId === null) return null
    const points = 'points' in gesture.draft ? gesture.draft.points.length : 0
    const { classId, drawsVoid } = pen
    const tool = this.#active as KeepingTool
    const ring = settings.ring.becomes
    const belongsTo = { classId, drawsVoid, ring, selection: [...selection].slice(0, mostSelected) }
    const live = this.#runners[tool].keepLive()
    return { tool, itemId, itemRev: records.itemRev, points, ...belongsTo, kept, ...(live ? { live } : {}) }
  }

  /** Takes the tool of a drawing, and what it belongs to, and goes on with it; its picture must be open. */
  resume({ tool, classId, drawsVoid, ring, selection, itemRev, kept, live }: UnfinishedDrawing): Resumed {
    const { records, image, pen } = this.#editor
    // A picture that never was so old is another one, whatever its id says.
    if (itemRev > records.itemRev || !liesIn(kept, image) || this.#runners[tool].lost(kept)) return 'lost'
    this.setAside()
    this.choose(tool)
    const there = selection.filter((id) => records.has(id))
    const target = 'targetId' in kept ? kept.targetId : null
    const alone = (there.length === 0 && selection.length > 0) || (target !== null && !records.has(target))
    if (drawsVoid) pen.setDrawsVoid(true)
    else pen.setClass(classId)
    this.#editor.setSettings({ ring: { becomes: alone ? 'region' : ring } })
    this.#editor.select(there)
    if (live && !alone) live()
    const resumed = (live !== undefined && !alone) || this.#runners[tool].resume(kept)
    this.#editor.emit('tool')
    return !resumed ? 'lost' : alone ? 'alone' : 'whole'
  }

  /** Ends whatever is under way without a trace. */
  cancel(): void {
    if (this.#panning) this.#runners.pan.send({ type: 'cancel' })
    this.#panning = false
    if (this.busy) this.#send({ type: 'cancel' })
    this.#editor.gesture.setSnap(null)
  }

  // --- pointer ---

  down(screen: ScreenVec, button: PointerButton, clicks: number, modifiers: Modifiers): void {
    if (this.#panning || (button === 'right' && !this.right)) return
    this.#pressedIn = { stateName: this.stateName, selection: this.#editor.selection }
    const at = this.#at(screen, modifiers)
    if (button === 'middle' || this.#spaceHeld) {
      this.#panning = true
      this.#pannedWhileHeld = true
      this.#editor.gesture.setHover(noHit)
      this.#runners.pan.send({ type: 'down', at, clicks, right: false })
    } else {
      this.#keyCursor = null
      if (this.#mayBegin()) this.#send({ type: 'down', at, clicks, right: button === 'right' })
    }
    this.#editor.emit('tool')
  }

  move(screen: ScreenVec, modifiers: Modifiers): void {
    const at = this.#at(screen, modifiers)
    if (this.#panning) {
      this.#runners.pan.send({ type: 'move', at })
      return
    }
    this.#keyCursor = null
    this.#pointerAt = screen
    this.#editor.gesture.setPointer(at.image)
    this.#send({ type: 'move', at })
  }

  up(screen: ScreenVec, modifiers: Modifiers): void {
    const at = this.#at(screen, modifiers)
    if (this.#panning) {
      this.#panning = false
      this.#runners.pan.send({ type: 'up', at })
    } else {
      this.#send({ type: 'up', at })
    }
    this.#editor.emit('tool')
  }

  leave(): void {
    this.#pointerAt = null
    if (!this.#keyCursor) this.#editor.gesture.setPointer(null)
    this.#editor.gesture.setHover(noHit)
    if (!this.busy) this.#editor.gesture.setSnap(null)
    this.#send({ type: 'leave' })
  }

  /** Shift, Alt or Ctrl was pressed or let go: what they change is shown before the pointer moves again. */
  holdModifiers(modifiers: Modifiers): void {
    if (this.#pointerAt && !this.#keyCursor) this.move(this.#pointerAt, modifiers)
  }

  /** `delta` in CSS pixels as the wheel gives it; Shift scrolls sideways, by choice it scrolls up and down as well instead of zooming. Ctrl is a pinch, or a wheel held down with Ctrl. */
  wheel(screen: ScreenVec, deltaX: number, deltaY: number, modifiers: Modifiers): void {
    const { camera, view, image, settings } = this.#editor
    const sizes = isBrush(this.#active) && !modifiers.shift && !modifiers.mod && (settings.brush.wheelSizes || modifiers.alt)
    if (sizes && this.#send({ type: 'wheel', notches: -deltaY / notchPx })) return
    const scrolls = settings.view.wheel === 'scroll' && !modifiers.mod
    if (modifiers.shift) this.#editor.setCamera(panBy(camera, -(deltaX || deltaY), 0, view, image))
    else if (scrolls) this.#editor.setCamera(panBy(camera, -deltaX, -deltaY, view, image))
    else this.#editor.setCamera(zoomAt(camera, screen, Math.exp(modifiers.mod ? pinchPower(deltaY) : -deltaY / 480), view, image))
  }

  /** The key that is held to pan. */
  holdSpace(held: boolean): void {
    if (this.#spaceHeld === held) return
    this.#spaceHeld = held
    if (held) this.#pannedWhileHeld = false
    this.#editor.emit('tool')
  }

  /** The same key only tapped: it finishes what is drawn, unless it moved the picture. */
  tapSpace(): void {
    if (this.busy && !this.#pannedWhileHeld) this.key({ type: 'finish' })
  }

  // --- keys ---

  /** Undo while something is under way: takes back its last step, or all of it where it has none; false while nothing is. */
  undoStep(): boolean {
    if (!this.busy) return false
    if (!this.key({ type: 'back' })) this.cancel()
    return true
  }

  /** Redo while something is under way: what it took back last, if anything, and nothing that was saved before; false while nothing is. */
  redoStep(): boolean {
    if (!this.busy) return false
    this.key({ type: 'forward' })
    return true
  }

  /** What is under way knows steps that come back. */
  get redoesSteps(): boolean {
    return this.#runners[this.#active].takes('forward')
  }

  /** False when the tool has no use for it now, so that the page may take the key for something else. */
  key(event: Exclude<ToolEvent, { type: 'down' | 'move' | 'up' | 'wheel' }>): boolean {
    if (isAiming(this.#active)) {
      if (event.type === 'nudge' && !event.grow) return this.#moveCursor(event.dx, event.dy)
      if (event.type === 'finish' && this.#keyCursor && !this.#keyCursor.placed) return this.#clickCursor()
    }
    return this.#send(event)
  }

  #moveCursor(dx: number, dy: number): boolean {
    const { image, view, camera, gesture } = this.#editor
    const from = gesture.pointer ?? toImage(camera, { x: view.width / 2, y: view.height / 2 })
    const to = {
      x: Math.min(image.width, Math.max(0, Math.round(from.x) + dx)),
      y: Math.min(image.height, Math.max(0, Math.round(from.y) + dy)),
    }
    this.#keyCursor = { placed: false }
    gesture.setPointer(to)
    this.#send({ type: 'move', at: { ...this.#at(toScreen(camera, to), noModifiers), byKeys: true } })
    return true
  }

  #clickCursor(): boolean {
    const pointer = this.#editor.gesture.pointer
    if (!pointer || !this.#mayBegin()) return false
    const at: PointerAt = { ...noModifiers, image: pointer, screen: toScreen(this.#editor.camera, pointer), byKeys: true }
    if (isBrush(this.#active) && this.#editor.settings.brush.tip !== 'polygon') {
      // A brush is put down by one press and lifted by the next; the arrow keys draw in between.
      return this.#send(this.busy ? { type: 'up', at } : { type: 'down', at, clicks: 1, right: false })
    }
    this.#send({ type: 'down', at, clicks: 1, right: false })
    this.#send({ type: 'up', at })
    this.#keyCursor = { placed: true }
    return true
  }

  /** Nothing is drawn that could not be kept. */
  #mayBegin(): boolean {
    return !isDrawing(this.#active) || this.busy || this.#editor.mayChange()
  }

  // --- ---

  cursor(): ToolCursor {
    if (this.#panning) return 'grabbing'
    if (this.#spaceHeld || this.#active === 'pan') return this.#runners.pan.stateName === 'dragging' ? 'grabbing' : 'grab'
    if (this.#active !== 'select') return 'crosshair'
    const hover = this.#editor.gesture.hover
    switch (hover.kind) {
      case 'handle':
      case 'frame':
        return hover.handle === 'n' || hover.handle === 's'
          ? 'ns-resize'
          : hover.handle === 'e' || hover.handle === 'w'
            ? 'ew-resize'
            : hover.handle === 'nw' || hover.handle === 'se'
              ? 'nwse-resize'
              : 'nesw-resize'
      case 'turn':
      case 'frameTurn':
        return 'grab'
      case 'vertex':
        return 'pointer'
      case 'edge':
        return 'copy'
      case 'shape':
        return this.#editor.selection.has(hover.id) && this.#editor.records.get(hover.id)?.shape.kind !== 'mask' ? 'move' : 'pointer'
      case 'none':
        return 'default'
    }
  }

  #send(event: ToolEvent): boolean {
    const before = this.stateName
    const nested = this.#sending
    this.#sending = true
    let taken: boolean
    try {
      taken = this.#runners[this.#active].send(event)
    } finally {
      this.#sending = nested
    }
    if (this.stateName !== before) this.#editor.emit('tool')
    return taken
  }

  #at(screen: ScreenVec, modifiers: Modifiers): PointerAt {
    return { ...modifiers, screen, image: toImage(this.#editor.camera, screen), byKeys: false }
  }
}
