import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Aspect, Editor } from '../engine/editor.ts'
import { isLarge } from './drawnShape.ts'
import type { PictureSource } from '../picture/pictureSource.ts'
import { frameOf, viewOf } from './frame.ts'
import { CarriedLayer } from './carriedLayer.ts'
import { drawGhosts } from './ghostLayer.ts'
import { PictureRim } from './pictureRim.ts'
import { drawPixelGrid, hasPixelGrid } from './pixelGrid.ts'
import { drawInteraction, hasInteraction, hoversWithin, onlyHovers, type PaintedCursor } from './interactionLayer.ts'
import { MaskCanvas } from './maskCanvas.ts'
import { drawMaskNames, namesMasks } from './maskNames.ts'
import { StaticShapes } from './staticShapes.ts'
import { ToneFilter } from './toneFilter.ts'
import type { Tone } from '../picture/tone.ts'
import { defaultStyle, type PaintStyle } from './style.ts'

const layerNames = ['image', 'masks', 'shapes', 'interaction'] as const
type Layer = (typeof layerNames)[number]

/** Which layers a change touches. */
const touched: Readonly<Record<Aspect, readonly Layer[]>> = {
  item: layerNames,
  camera: layerNames,
  records: ['masks', 'shapes', 'interaction'],
  look: layerNames,
  selection: ['interaction'],
  hover: ['interaction'],
  tool: ['interaction'],
  draft: ['interaction'],
  settings: ['interaction'],
}

/** How long the last picture stays while the shapes of the next one are drawn. */
const holdMs = 100

/**
 * Four canvases of the viewport's size on top of each other, under them the picture itself where the browser can put it there; a change marks layers,
 * the next animation frame draws those.
 */
export class Painter {
  readonly #editor: Editor
  readonly #canvases: Readonly<Record<Layer, HTMLCanvasElement>>
  /** Holds the picture, drawn or standing. */
  readonly #stage: HTMLElement
  readonly #dirty = new Set<Layer>()
  /** Layers with nothing on them. */
  readonly #blank = new Set<Layer>()
  readonly #leave: () => void
  readonly #masks: MaskCanvas
  readonly #tone: ToneFilter
  readonly #rim: PictureRim
  #frameRequest = 0
  #picture: PictureSource | null = null
  #standing: HTMLElement | null = null
  #leavePicture: () => void = () => undefined
  #style: PaintStyle = defaultStyle
  #cursor: PaintedCursor = 'none'
  #lifted: ReadonlySet<Id> = new Set()
  readonly #shapes: StaticShapes
  /** The interaction layer while the camera moves. */
  readonly #carried: CarriedLayer
  /** More than the camera changed since the interaction layer was drawn. */
  #interacted = true
  #large = false
  #holdUntil = 0

  constructor(host: HTMLElement, editor: Editor) {
    this.#editor = editor
    this.#masks = new MaskCanvas(editor, this.#style)
    const canvas = (name: Layer): HTMLCanvasElement => {
      const element = document.createElement('canvas')
      element.className = 'absolute inset-0 size-full'
      // Shown and hidden by opacity it needs no painting of the page.
      element.style.willChange = name === 'interaction' ? 'transform, opacity' : 'opacity'
      element.dataset['layer'] = name
      element.setAttribute('aria-hidden', 'true')
      host.append(element)
      return element
    }
    this.#canvases = { image: canvas('image'), masks: canvas('masks'), shapes: canvas('shapes'), interaction: canvas('interaction') }
    this.#shapes = new StaticShapes(this.#canvases.shapes, () => this.#mark(['shapes']))
    this.#carried = new CarriedLayer(this.#canvases.interaction, () => this.#mark(['interaction']))
    this.#stage = document.createElement('div')
    this.#stage.className = 'absolute inset-0 overflow-hidden'
    this.#canvases.image.before(this.#stage)
    this.#stage.append(this.#canvases.image)
    this.#tone = new ToneFilter(host, this.#stage)
    this.#rim = new PictureRim(this.#stage)
    this.#leave = editor.onChange((aspect) => this.#changed(aspect))
    this.#mark(layerNames)
  }

  /** The picture of the open image, or its thumbnail until then; null: none yet. */
  setPicture(picture: PictureSource | null): void {
    this.#leavePicture()
    this.#picture = picture
    this.#leavePicture = picture?.onChange(() => this.#mark(['image'])) ?? (() => undefined)
    this.#mark(['image'])
  }

  /** Draws what will probably be opened next. */
  prepare(image: ImageSize, records: readonly Annotation[]): void {
    this.#shapes.prepare(this.#editor, this.#style, image, records)
  }

  setStyle(style: PaintStyle): void {
    this.#style = { ...style, byObject: this.#editor.look.colors === 'object' }
    this.#masks.setStyle(this.#style)
    this.#shapes.invalidate()
    this.#mark(['masks', 'shapes', 'interaction'])
  }

  setCursor(cursor: PaintedCursor): void {
    this.#cursor = cursor
    this.#mark(['interaction'])
  }

  setTone(tone: Tone): void {
    this.#tone.set(tone)
  }

  dispose(): void {
    cancelAnimationFrame(this.#frameRequest)
    this.#leave()
    this.#shapes.close()
    this.#carried.close()
    this.#leavePicture()
    this.#tone.dispose()
    this.#rim.dispose()
    for (const canvas of Object.values(this.#canvases)) canvas.remove()
    this.#stage.remove()
  }

  #changed(aspect: Aspect): void {
    if (aspect === 'item' || aspect === 'records' || aspect === 'look') {
      this.#masks.layersChanged()
      this.#shapes.invalidate()
    }
    if (aspect === 'look' && this.#style.byObject !== (this.#editor.look.colors === 'object')) this.setStyle(this.#style)
    if (aspect === 'camera') this.#masks.moved()
    if (aspect === 'item') this.#hold()
    if (aspect === 'selection') this.#selected()
    this.#mark(touched[aspect], aspect === 'camera')
    if (aspect !== 'draft') return
    if (this.#masks.draftChanged()) this.#mark(['masks'])
    // Shapes under way are drawn by the interaction layer alone; the layer at rest is redrawn only when that set changes.
    const { draft } = this.#editor.gesture
    const lifted = new Set(draft.kind === 'reshape' ? draft.shapes.keys() : [])
    // A polygon that a stroke makes a mask is shown among the masks.
    const target = draft.kind === 'stroke' ? this.#editor.records.get(draft.stroke.targetId ?? '') : undefined
    if (target?.shape.kind === 'polygon') lifted.add(target.id)
    if (lifted.size !== this.#lifted.size || [...lifted].some((id) => !this.#lifted.has(id))) {
      this.#lifted = lifted
      this.#mark(['shapes'])
    }
  }

  /** The shapes of another picture: until they are drawn, for a short while, nothing of it is shown. */
  #hold(): void {
    this.#shapes.reset()
    this.#holdUntil = performance.now() + holdMs
  }

  /** A large selection is drawn with the shapes at rest. */
  #selected(): void {
    const large = isLarge(this.#editor.selection)
    if (!large && !this.#large) return
    this.#large = large
    this.#shapes.invalidate()
    this.#mark(['shapes'])
  }

  /** `onlyMoved`: what is on them is the same, elsewhere. */
  #mark(layers: readonly Layer[], onlyMoved = false): void {
    for (const layer of layers) this.#dirty.add(layer)
    if (!onlyMoved && layers.includes('interaction')) this.#interacted = true
    this.#say(false)
    if (this.#frameRequest === 0) this.#frameRequest = requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frameRequest = 0
    if (this.#dirty.has('shapes')) this.#shapes.update(this.#editor, this.#style, this.#lifted)
    if (!this.#shapes.hasSomething && performance.now() < this.#holdUntil) {
      this.#mark([])
      return
    }
    for (const layer of this.#dirty) this.#drawCanvas(layer)
    this.#dirty.clear()
    this.#say(this.#shapes.settled && !this.#carried.isMoved)
  }

  /** On the host, for who waits: is what is shown exact? */
  #say(settled: boolean): void {
    const host = this.#stage.parentElement
    if (host) host.dataset['settled'] = String(settled)
  }

  #drawCanvas(layer: Layer): void {
    const { view } = this.#editor
    const canvas = this.#canvases[layer]
    if (layer === 'image') this.#stand()
    const width = Math.max(1, Math.round(view.width * view.pixelRatio))
    const height = Math.max(1, Math.round(view.height * view.pixelRatio))
    const resized = canvas.width !== width || canvas.height !== height
    if (resized) {
      canvas.width = width
      canvas.height = height
    }
    const shows = this.#editor.itemId !== null && this.#shows(layer)
    if (!shows) {
      this.#hide(layer)
      return
    }
    if (layer === 'interaction' && !resized && this.#carries()) return
    const context = canvas.getContext('2d')
    if (!context) return
    if (layer !== 'masks' && !resized) context.clearRect(0, 0, width, height)
    if (layer === 'interaction') {
      const drawnFor = viewOf(this.#editor)
      this.#carried.drawn(drawnFor, hoversWithin(this.#editor, drawnFor))
      this.#interacted = false
    }
    this.#blank.delete(layer)
    if (layer !== 'masks') canvas.style.opacity = '1'
    this.#drawLayer(layer, context, resized)
  }

  /** What stands on it is cleared before the next drawing; on the layer of masks, where only parts are drawn, now. */
  #hide(layer: Layer): void {
    if (this.#blank.has(layer)) return
    this.#blank.add(layer)
    const canvas = this.#canvases[layer]
    if (layer === 'interaction') this.#carried.drawn(viewOf(this.#editor), true)
    if (layer === 'masks') canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height)
    canvas.style.opacity = '0'
  }

  /** Outlines under a resting pointer need no drawing while the camera moves; what is selected has handles, which keep their size. */
  #carries(): boolean {
    return !this.#interacted && onlyHovers(this.#editor, this.#cursor) && this.#carried.carry(viewOf(this.#editor))
  }

  /** Puts the picture where the camera has it, as far as it needs no drawing. */
  #stand(): void {
    const shown = this.#editor.itemId === null ? null : this.#picture
    this.#rim.place(viewOf(this.#editor), shown?.size ?? null)
    const next = shown?.stand?.(viewOf(this.#editor)) ?? null
    if (next === this.#standing) return
    this.#standing?.remove()
    if (next) this.#stage.prepend(next)
    this.#standing = next
  }

  /** Is there anything to draw on a layer? */
  #shows(layer: Layer): boolean {
    const editor = this.#editor
    switch (layer) {
      case 'image':
        return (this.#picture !== null && this.#standing === null) || (editor.look.grid && hasPixelGrid(viewOf(editor)))
      case 'masks':
        return this.#masks.hasContent
      case 'shapes':
        return this.#shapes.drawsHere || editor.ghosts.list.length > 0 || namesMasks(editor)
      case 'interaction':
        return hasInteraction(editor, this.#cursor)
    }
  }

  #drawLayer(layer: Layer, context: CanvasRenderingContext2D, resized: boolean): void {
    const editor = this.#editor
    const frame = frameOf(context, editor)
    switch (layer) {
      case 'image':
        if (!this.#standing) this.#picture?.draw(frame)
        if (editor.look.grid) drawPixelGrid(frame, editor.image)
        break
      case 'masks':
        this.#canvases.masks.style.opacity = String(
          editor.look.outline && editor.gesture.draft.kind !== 'stroke' ? 0 : editor.look.maskOpacity,
        )
        // It clears and draws what changed, and leaves the rest standing.
        this.#masks.draw(frame, resized)
        break
      case 'shapes':
        this.#shapes.draw(frame)
        drawMaskNames(frame, editor, this.#style)
        drawGhosts(frame, editor, this.#style)
        break
      case 'interaction':
        drawInteraction(frame, editor, this.#style, this.#cursor)
        break
    }
  }
}
