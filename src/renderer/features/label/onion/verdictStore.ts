import { defineStore } from 'pinia'
import { markRaw, ref, watch } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import { homeKey } from '../../../stores/home.ts'
import { pageClient } from '../../../stores/link.ts'
import { useStudio } from '../../../stores/studio.ts'
import { holdWords } from '../../../stores/unsavedWords.ts'
import { keptVerdicts } from './verdicts.ts'

/** What was decided about proposals for the open picture, whatever their source: the same in every window, and after a reload. */
export const useVerdicts = defineStore('verdicts', () => {
  const studio = useStudio()
  const kept = markRaw(
    keptVerdicts({
      client: pageClient,
      home: () => homeKey(studio.project),
      waits: (any) => holdWords('verdicts', any),
    }),
  )
  watch([() => studio.known, () => studio.project?.key], ([known]) => known && void kept.flush())
  /** The picture that was asked about last, and the one of which the verdicts are known. */
  let asked: Id | null = null
  const of = ref<Id | null>(null)
  /** Grows when the verdicts may be others than before. */
  const heard = ref(0)

  /** Errors: rpc/unavailable. */
  async function load(itemId: Id): Promise<void> {
    asked = itemId
    await kept.load(itemId)
    if (asked !== itemId) return
    of.value = itemId
    heard.value++
  }
  // What cannot be read now is read with the next of these: each return of the link is one.
  studio.onEvent((event) => {
    const isAbout = event.type === 'project' || (event.type === 'verdicts' && event.itemId === asked)
    if (isAbout && asked !== null) void load(asked).catch(() => undefined)
  })
  return { kept, of, heard, load }
})
