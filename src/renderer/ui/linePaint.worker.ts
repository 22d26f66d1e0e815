import { paintJob, type FromPainter, type PaintedLine, type ToPainter } from './linePaint.ts'

/** The thread that draws lines, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToPainter>) => void) | null
  postMessage(message: FromPainter, transfer: Transferable[]): void
}
let lines: readonly PaintedLine[] = []

scope.onmessage = ({ data }) => {
  if (data.type === 'lines') {
    lines = data.lines
    return
  }
  const { layer, view } = data.job
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(view.width * view.ratio)), Math.max(1, Math.round(view.height * view.ratio)))
  paintJob(canvas.getContext('2d')!, lines, data.job)
  const bitmap = canvas.transferToImageBitmap()
  scope.postMessage({ layer, view, bitmap }, [bitmap])
}
