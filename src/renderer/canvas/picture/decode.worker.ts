import type { FromDecoder, ToDecoder } from './pictureDecoder.ts'
import { levelSizes, type PictureLevels } from './pictureLevels.ts'

/** The thread that decodes pictures and makes their smaller copies, so that the page never waits for them. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToDecoder>) => void) | null
  postMessage(message: FromDecoder, transfer: Transferable[]): void
}

/** A bitmap turned by EXIF keeps its pixels as they were stored, and whoever shows it without drawing it shows those. */
function settled(bitmap: ImageBitmap): ImageBitmap {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
  bitmap.close()
  return canvas.transferToImageBitmap()
}

async function decode({ blob, turned }: ToDecoder): Promise<PictureLevels> {
  const decoded = await createImageBitmap(blob)
  const whole = turned ? settled(decoded) : decoded
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

scope.onmessage = ({ data }) => {
  const { id } = data
  decode(data).then(
    (levels) => scope.postMessage({ id, levels }, [...levels]),
    (error: unknown) => scope.postMessage({ id, levels: null, reason: String(error) }, []),
  )
}
