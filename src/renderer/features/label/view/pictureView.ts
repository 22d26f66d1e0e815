import { defineStore } from 'pinia'
import { computed, markRaw, ref, shallowRef, watch } from 'vue'
import { wholeWindow, type ValueWindow } from '../../../../shared/picture/valueWindow.ts'
import { TiledPicture } from '../../../canvas/picture/tiledPicture.ts'
import type { Tone } from '../../../canvas/picture/tone.ts'
import { useLabel } from '../labelStore.ts'
import { plainView, ViewMemory, type PictureView } from './viewMemory.ts'

/** How the open picture is looked at: tone, and the window of a deep one. */
export const usePictureView = defineStore('pictureView', () => {
  const label = useLabel()
  const memory = markRaw(new ViewMemory(localStorage))
  const view = shallowRef<PictureView>(plainView)
  const kept = ref(false)
  const panelOpen = ref(false)

  const deepSource = computed(() => {
    const source = label.picture?.source
    return source instanceof TiledPicture && source.deep ? source : null
  })
  /** Grey pictures of bytes have their black and white points here, deep ones a window of values. */
  const grey = computed(() => label.picture?.info.header.colors === 'grey' && deepSource.value === null)
  const ownWindow = ref<ValueWindow>(wholeWindow)
  const opening = ref<ValueWindow>(wholeWindow)
  const window = computed(() => view.value.window ?? ownWindow.value)

  watch(
    () => label.item?.id,
    () => {
      const { item } = label
      view.value = item ? memory.of(item.id, item.datasetId) : plainView
      kept.value = item !== null && memory.keeps(item.datasetId)
    },
    { immediate: true },
  )
  watch(
    [deepSource, view],
    ([source, { window: chosen }], _old, onCleanup) => {
      if (!source) return
      source.setWindow(chosen)
      const follow = (): void => {
        if (chosen === null) ownWindow.value = source.window
        opening.value = source.opening
      }
      follow()
      onCleanup(source.onChange(follow))
    },
    { immediate: true },
  )

  function set(next: PictureView): void {
    view.value = next
    if (label.item) memory.set(label.item.id, label.item.datasetId, next)
  }
  const setTone = (patch: Partial<Tone>): void => set({ ...view.value, tone: { ...view.value.tone, ...patch } })
  const setWindow = (next: ValueWindow | null): void => set({ ...view.value, window: next })
  const reset = (): void => set(plainView)

  /** From now on the next pictures of this dataset are looked at like this one, or as they are. */
  function keep(on: boolean): void {
    if (!label.item) return
    memory.keep(label.item.datasetId, on ? view.value : null)
    kept.value = on
  }

  return { view, kept, panelOpen, deepSource, grey, window, opening, setTone, setWindow, reset, keep }
})
