import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Id } from '../../shared/model/ids.ts'
import { assetUrl } from '../rpc/hostBridge.ts'
import { useStudio } from './studio.ts'

/** Addresses of thumbnails; another one when another file is the picture, so that it is asked for again. */
export const useThumbs = defineStore('thumbs', () => {
  const replaced = shallowRef<ReadonlyMap<Id, number>>(new Map())
  useStudio().onEvent((event) => {
    if (event.type === 'picture') replaced.value = new Map(replaced.value).set(event.itemId, (replaced.value.get(event.itemId) ?? 0) + 1)
  })
  const urlOf = (itemId: Id): string => {
    const times = replaced.value.get(itemId)
    return assetUrl('thumb', itemId, times === undefined ? {} : { times })
  }
  return { urlOf }
})
