import type { FromDecoder, ToDecoder } from './pictureDecoder.ts'
import { levelSizes, type PictureLevels } from './pictureLevels.ts'

/** The thread that decodes pictures and makes their smaller copies, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToDecoder>) => void) | null
  postMessage(message: FromDecoder, transfer: Transferable[]): void
}

async function decode(blob: Blob): Promise<PictureLevels> {
  const whole = await createImageBitmap(blob)
  const levels: [ImageBitmap, ...ImageBitmap[]] = [whole]
  for (const { width, height } of levelSizes(whole).slice(1)) {
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')!
    // Half the size: every pixel is the mean of the four it stands for.
    context.imageSmoothingQuality = 'low'
    context.drawImage(levels.at(-1)!, 0, 0, width, height)
    levels.push(canvas.transferToImageBitmap())
  }
  return levels
}

scope.onmessage = ({ data: { id, blob } }) => {
  decode(blob).then(
    (levels) => scope.postMessage({ id, levels }, [...levels]),
    (error: unknown) => scope.postMessage({ id, levels: null, reason: String(error) }, []),
  )
}
