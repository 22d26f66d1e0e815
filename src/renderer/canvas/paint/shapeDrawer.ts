import { cells, sharedPart, strips, type BoardRect } from './boardCover.ts'
import type { Context2D } from './frame.ts'
import { SceneReceiver, type DrawMessage, type FromShapeWorker, type HurryMessage, type ToShapeWorker } from './shapeScene.ts'

/** A canvas of a thread's own. */
export type OwnCanvas = Pick<OffscreenCanvasRenderingContext2D, 'drawImage'> &
  Context2D & { readonly canvas: CanvasImageSource & Pick<OffscreenCanvas, 'transferToImageBitmap'> }

/** What the drawing thread has of its platform. */
export interface DrawerPorts {
  canvas(size: Pick<BoardRect, 'width' | 'height'>): OwnCanvas
  /** A while for the threads that show the frames. */
  pause(): Promise<void>
  post(message: FromShapeWorker): void
  /** Nothing can be drawn any more. */
  broken(cause: unknown): void
}

interface Kept {
  readonly id: number
  readonly drawn: OwnCanvas
}

/** Of those drawn ahead. */
const mostAhead = 2

/** Draws many shapes. What has time is drawn in cells with pauses between them, until something is waited for. */
export class ShapeDrawer {
  readonly #ports: DrawerPorts
  readonly #scene = new SceneReceiver()
  /** Drawings from which the next one may go on: the last of the scene, and those ahead. */
  #last: Kept | null = null
  #ahead: readonly Kept[] = []
  #hurries = false
  /** What is asked for is done one after the other. */
  #turn = Promise.resolve()

  constructor(ports: DrawerPorts) {
    this.#ports = ports
  }

  take(message: ToShapeWorker): void {
    this.#hurries = message.type !== 'draw' || !message.paced
    if (message.type !== 'hurry')
      this.#turn = this.#turn.then(() => this.#answer(message)).catch((cause: unknown) => this.#ports.broken(cause))
  }

  async #answer(message: Exclude<ToShapeWorker, HurryMessage>): Promise<void> {
    if (message.type === 'scene') this.#scene.take(message)
    else if (message.type === 'draw') {
      this.#last = { id: message.id, drawn: await this.#draw(message) }
      this.#send(message, this.#last.drawn, false)
    } else {
      const { scene, draw } = message
      const other = new SceneReceiver()
      other.take(scene)
      const drawn = this.#ports.canvas(draw.cover)
      other.draw(drawn, draw, draw.cover)
      this.#ahead = [...this.#ahead, { id: draw.id, drawn }].slice(-mostAhead)
      this.#send(draw, drawn, true)
    }
  }

  async #draw(message: DrawMessage): Promise<OwnCanvas> {
    const { cover, from, paced } = message
    const whole = this.#ports.canvas(cover)
    const old = from && [this.#last, ...this.#ahead].find((kept) => kept?.id === from.id)
    const known = old ? sharedPart(from.cover, cover) : null
    if (old && known) whole.drawImage(old.drawn.canvas, from.cover.x - cover.x, from.cover.y - cover.y)
    const missing = known ? strips(known, cover) : [cover]
    for (const piece of paced ? missing.flatMap(cells) : missing) {
      if (paced && !this.#hurries) await this.#ports.pause()
      const part = this.#ports.canvas(piece)
      this.#scene.draw(part, message, piece)
      whole.drawImage(part.canvas, piece.x - cover.x, piece.y - cover.y)
    }
    return whole
  }

  /** A copy goes, for what is given away cannot be gone on with. */
  #send({ id, cover }: DrawMessage, drawn: OwnCanvas, ahead: boolean): void {
    const copy = this.#ports.canvas(cover)
    copy.drawImage(drawn.canvas, 0, 0)
    this.#ports.post({ id, bitmap: copy.canvas.transferToImageBitmap(), ahead })
  }
}
