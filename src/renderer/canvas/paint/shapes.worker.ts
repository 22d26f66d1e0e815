import { SceneReceiver, type FromShapeWorker, type ToShapeWorker } from './shapeScene.ts'

/** The thread that draws many shapes, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToShapeWorker>) => void) | null
  postMessage(message: FromShapeWorker, transfer: Transferable[]): void
}
const scene = new SceneReceiver()

scope.onmessage = ({ data }) => {
  if (data.type === 'scene') {
    scene.take(data)
    return
  }
  const canvas = new OffscreenCanvas(data.view.width, data.view.height)
  scene.draw(canvas.getContext('2d')!, data)
  const bitmap = canvas.transferToImageBitmap()
  scope.postMessage({ bitmap }, [bitmap])
}
