import { cells, type BoardRect } from './boardCover.ts'
import { SceneReceiver, type DrawMessage, type FromShapeWorker, type HurryMessage, type ToShapeWorker } from './shapeScene.ts'

/** Between two cells of a drawing that has time, for the threads that show the frames. */
const pauseMs = 10

/** The thread that draws many shapes, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToShapeWorker>) => void) | null
  postMessage(message: FromShapeWorker, transfer: Transferable[]): void
}
const scene = new SceneReceiver()
let hurries = false
/** What is asked for is done one after the other. */
let turn = Promise.resolve()

const contextOf = ({ width, height }: Pick<BoardRect, 'width' | 'height'>): OffscreenCanvasRenderingContext2D =>
  new OffscreenCanvas(width, height).getContext('2d')!

function atOnce(from: SceneReceiver, message: DrawMessage, piece: BoardRect): ImageBitmap {
  const context = contextOf(piece)
  from.draw(context, message, piece)
  return context.canvas.transferToImageBitmap()
}

async function cellByCell(from: SceneReceiver, message: DrawMessage, piece: BoardRect): Promise<ImageBitmap> {
  const whole = contextOf(piece)
  for (const cell of cells(piece)) {
    if (!hurries) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    const context = contextOf(cell)
    from.draw(context, message, cell)
    whole.drawImage(context.canvas, cell.x - piece.x, cell.y - piece.y)
  }
  return whole.canvas.transferToImageBitmap()
}

async function draw(from: SceneReceiver, message: DrawMessage, ahead: number | null): Promise<void> {
  const bitmaps: ImageBitmap[] = []
  for (const piece of message.pieces)
    bitmaps.push(message.paced && !hurries ? await cellByCell(from, message, piece) : atOnce(from, message, piece))
  scope.postMessage({ bitmaps, ahead }, bitmaps)
}

async function answer(data: Exclude<ToShapeWorker, HurryMessage>): Promise<void> {
  if (data.type === 'scene') scene.take(data)
  else if (data.type === 'draw') await draw(scene, data, null)
  else {
    const other = new SceneReceiver()
    other.take(data.scene)
    await draw(other, data.draw, data.id)
  }
}

scope.onmessage = ({ data }) => {
  hurries = data.type !== 'draw' || !data.paced
  // Reported, the page hears of it and draws itself.
  if (data.type !== 'hurry') turn = turn.then(() => answer(data)).catch((cause: unknown) => self.reportError(cause))
}
