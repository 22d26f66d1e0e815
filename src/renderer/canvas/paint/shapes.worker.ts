import { ShapeDrawer } from './shapeDrawer.ts'
import type { FromShapeWorker, ToShapeWorker } from './shapeScene.ts'

/** Between two cells of a drawing that has time. */
const pauseMs = 10

/** The thread that draws many shapes, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToShapeWorker>) => void) | null
  postMessage(message: FromShapeWorker, transfer: Transferable[]): void
}

const drawer = new ShapeDrawer({
  canvas: ({ width, height }) => new OffscreenCanvas(width, height).getContext('2d')!,
  pause: () => new Promise((resolve) => setTimeout(resolve, pauseMs)),
  post: (message) => scope.postMessage(message, [message.bitmap]),
  // Reported, the page hears of it and draws itself.
  broken: (cause) => self.reportError(cause),
})

scope.onmessage = ({ data }) => drawer.take(data)
