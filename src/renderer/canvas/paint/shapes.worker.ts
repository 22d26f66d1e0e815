import { SceneReceiver, type DrawMessage, type FromShapeWorker, type ToShapeWorker } from './shapeScene.ts'

/** The thread that draws many shapes, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToShapeWorker>) => void) | null
  postMessage(message: FromShapeWorker, transfer: Transferable[]): void
}
const scene = new SceneReceiver()

function draw(from: SceneReceiver, message: DrawMessage, ahead: number | null): void {
  const bitmaps = message.pieces.map((piece) => {
    const canvas = new OffscreenCanvas(piece.width, piece.height)
    from.draw(canvas.getContext('2d')!, message, piece)
    return canvas.transferToImageBitmap()
  })
  scope.postMessage({ bitmaps, ahead }, bitmaps)
}

scope.onmessage = ({ data }) => {
  if (data.type === 'scene') scene.take(data)
  else if (data.type === 'draw') draw(scene, data, null)
  else {
    const other = new SceneReceiver()
    other.take(data.scene)
    draw(other, data.draw, data.id)
  }
}
