import type { Id } from '../../../shared/model/ids.ts'
import { assetUrl } from '../../rpc/hostBridge.ts'

/** The thumbnail of a picture, decoded; null when there is none. */
export async function thumbOf(itemId: Id): Promise<HTMLImageElement | null> {
  const thumb = new Image()
  thumb.src = assetUrl('thumb', itemId)
  return await thumb.decode().then(
    () => thumb,
    () => null,
  )
}
