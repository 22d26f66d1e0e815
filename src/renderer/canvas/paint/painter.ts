import type { Id } from '../../../shared/model/ids.ts'
import type { Aspect, Editor } from '../engine/editor.ts'
import { frameOf } from './frame.ts'
import { drawImage, drawPixelGrid } from './imageLayer.ts'
import { drawInteraction } from './interactionLayer.ts'
import { MaskBitmap, maskLayers } from './maskBitmap.ts'
import { drawShapes, isDimmed } from './shapeLayer.ts'
import { defaultStyle, type PaintStyle } from './style.ts'

const layerNames = ['image', 'masks', 'shapes', 'interaction'] as const
type Layer = (typeof layerNames)[number]

/** Which layers a change touches. */
const touched: Readonly<Record<Aspect, readonly Layer[]>> = {
  item: layerNames,
  camera: layerNames,
  records: ['masks', 'shapes', 'interaction'],
  look: ['masks', 'shapes', 'interaction'],
  selection: ['interaction'],
  hover: ['interaction'],
  tool: ['interaction'],
  draft: ['interaction'],
  settings: ['interaction'],
}

/** Four canvases of the viewport's size on top of each other; a change marks layers, the next animation frame draws those. */
export class Painter {
  readonly #editor: Editor
  readonly #canvases: Readonly<Record<Layer, HTMLCanvasElement>>
  readonly #dirty = new Set<Layer>()
  readonly #leave: () => void
  readonly #maskBitmap = new MaskBitmap()
  #maskCanvas: HTMLCanvasElement | null = null
  #masksStale = true
  #frameRequest = 0
  #picture: CanvasImageSource | null = null
  #style: PaintStyle = defaultStyle
  #crosshair = false
  #lifted: ReadonlySet<Id> = new Set()

  constructor(host: HTMLElement, editor: Editor) {
    this.#editor = editor
    const canvas = (name: Layer): HTMLCanvasElement => {
      const element = document.createElement('canvas')
      element.className = 'absolute inset-0 size-full'
      element.dataset['layer'] = name
      element.setAttribute('aria-hidden', 'true')
      host.append(element)
      return element
    }
    this.#canvases = { image: canvas('image'), masks: canvas('masks'), shapes: canvas('shapes'), interaction: canvas('interaction') }
    this.#leave = editor.onChange((aspect) => this.#changed(aspect))
    this.#mark(layerNames)
  }

  /** The picture of the open image, or its thumbnail until then; null: none yet. */
  setPicture(picture: CanvasImageSource | null): void {
    this.#picture = picture
    this.#mark(['image'])
  }

  setStyle(style: PaintStyle): void {
    this.#style = style
    this.#masksStale = true
    this.#mark(['masks', 'shapes', 'interaction'])
  }

  setCrosshair(shown: boolean): void {
    this.#crosshair = shown
    this.#mark(['interaction'])
  }

  dispose(): void {
    cancelAnimationFrame(this.#frameRequest)
    this.#leave()
    for (const canvas of Object.values(this.#canvases)) canvas.remove()
  }

  #changed(aspect: Aspect): void {
    if (aspect === 'item' || aspect === 'records' || aspect === 'look') this.#masksStale = true
    this.#mark(touched[aspect])
    if (aspect !== 'draft') return
    // Shapes under way are drawn by the interaction layer alone; the layer at rest is redrawn only when that set changes.
    const { draft } = this.#editor
    const lifted = new Set(draft.kind === 'reshape' ? draft.shapes.keys() : [])
    if (lifted.size !== this.#lifted.size || [...lifted].some((id) => !this.#lifted.has(id))) {
      this.#lifted = lifted
      this.#mark(['shapes'])
    }
  }

  #mark(layers: readonly Layer[]): void {
    for (const layer of layers) this.#dirty.add(layer)
    if (this.#frameRequest === 0) this.#frameRequest = requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frameRequest = 0
    const { view } = this.#editor
    for (const layer of this.#dirty) {
      const canvas = this.#canvases[layer]
      const context = canvas.getContext('2d')
      if (!context) continue
      const width = Math.max(1, Math.round(view.width * view.pixelRatio))
      const height = Math.max(1, Math.round(view.height * view.pixelRatio))
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width
        canvas.height = height
      } else {
        context.clearRect(0, 0, width, height)
      }
      this.#drawLayer(layer, context)
    }
    this.#dirty.clear()
  }

  #drawLayer(layer: Layer, context: CanvasRenderingContext2D): void {
    const editor = this.#editor
    if (editor.itemId === null) return
    const frame = frameOf(context, editor)
    switch (layer) {
      case 'image':
        drawImage(frame, this.#picture, editor.image)
        drawPixelGrid(frame, editor.image)
        break
      case 'masks':
        this.#canvases.masks.style.opacity = String(editor.look.maskOpacity)
        drawMasks(frame, this.#masks(), editor)
        break
      case 'shapes':
        drawShapes(frame, editor, this.#style, this.#lifted)
        break
      case 'interaction':
        drawInteraction(frame, editor, this.#style, this.#crosshair)
        break
    }
  }

  /** All masks on show as one picture, rebuilt when records, look or colours changed. */
  #masks(): HTMLCanvasElement | null {
    if (!this.#masksStale) return this.#maskCanvas
    this.#masksStale = false
    const editor = this.#editor
    const layers = maskLayers(editor.painted(), this.#style, (record) => isDimmed(editor, record))
    if (layers.length === 0) return (this.#maskCanvas = null)
    const stride = MaskBitmap.strideOf(editor.image)
    const pixels = this.#maskBitmap.compose(layers, editor.image, stride)
    const canvas = this.#maskCanvas ?? document.createElement('canvas')
    canvas.width = Math.ceil(editor.image.width / stride)
    canvas.height = Math.ceil(editor.image.height / stride)
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), canvas.width, canvas.height), 0, 0)
    return (this.#maskCanvas = canvas)
  }
}

function drawMasks(frame: ReturnType<typeof frameOf>, masks: HTMLCanvasElement | null, editor: Editor): void {
  if (masks) drawImage(frame, masks, editor.image)
}
