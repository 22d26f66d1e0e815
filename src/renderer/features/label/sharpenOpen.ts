import { shallowRef, watch, type ShallowRef } from 'vue'
import type { Sharpening } from '../../../shared/model/picture.ts'
import { TiledPicture } from '../../canvas/picture/tiledPicture.ts'
import { pageClient } from '../../stores/link.ts'
import type { Picture } from './pictures.ts'

/** How often the host is asked how far the tiles are; it is also what tells it that somebody still looks. */
const askEveryMs = 700

/** Asks for the finest tiles of the open picture for as long as it is open; answers with how far they are, null when there is nothing to wait for. */
export function sharpenOpen(picture: Readonly<ShallowRef<Picture | null>>): ShallowRef<Sharpening | null> {
  const state = shallowRef<Sharpening | null>(null)
  watch(picture, (open) => {
    state.value = null
    if (open?.source instanceof TiledPicture) void follow(open, open.source)
  })
  async function follow(open: Picture, source: TiledPicture): Promise<void> {
    while (picture.value === open && !source.isSharp) {
      const next = await pageClient()
        .items.sharpen({ itemId: open.info.itemId })
        .catch(() => null)
      if (picture.value !== open) return
      state.value = next?.state === 'ready' ? null : next
      if (next?.state === 'ready') source.sharpened()
      if (next?.state === 'stopped' || next?.state === 'failed') return
      await new Promise((resolve) => setTimeout(resolve, askEveryMs))
    }
  }
  return state
}
