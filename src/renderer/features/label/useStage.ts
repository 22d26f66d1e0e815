import { computed, onBeforeUnmount, onMounted, ref, watch, type ShallowRef } from 'vue'
import { Painter } from '../../canvas/paint/painter.ts'
import type { PictureSource } from '../../canvas/picture/pictureSource.ts'
import { TiledPicture } from '../../canvas/picture/tiledPicture.ts'
import { WholePicture } from '../../canvas/picture/wholePicture.ts'
import type { PaintStyle } from '../../canvas/paint/style.ts'
import { isAiming, isBrush } from '../../canvas/tools/tool.ts'
import { t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useStudio } from '../../stores/studio.ts'
import { listenToKeys, listenToPointer } from './canvasView.ts'
import { useLabel } from './labelStore.ts'
import { useAssist } from './assist/assistStore.ts'
import { attachFlood } from './flood.ts'
import { attachWire } from './wire.ts'
import { usePictureView } from './view/pictureView.ts'

/** Puts the painter and the listeners on an element for the life of the component; answers with the pointer's shape. */
export function useStage(element: Readonly<ShallowRef<HTMLElement | null>>) {
  const label = useLabel()
  const datasets = useDatasets()
  const studio = useStudio()
  const pictureView = usePictureView()
  const cursor = ref('default')
  let painter: Painter | null = null
  const endings: (() => void)[] = []

  const standIn = computed(() => (label.preview && label.item ? new WholePicture(label.preview, label.item) : null))
  const shown = (): PictureSource | null => label.picture?.source ?? standIn.value
  const style = (): PaintStyle => {
    const tokens = getComputedStyle(document.documentElement)
    return {
      classes: new Map(datasets.classes.map((record) => [record.id, { color: record.color, name: record.name }])),
      unknownClass: { color: '#b8bec4', name: t('label.unnamed') },
      voidName: t('label.void'),
      byObject: false,
      accent: tokens.getPropertyValue('--accent').trim() || '#2fa8bd',
      fontFamily: getComputedStyle(document.body).fontFamily,
    }
  }

  onMounted(() => {
    const host = element.value
    if (!host) return
    painter = new Painter(host, label.editor)
    endings.push(listenToPointer(host, label.editor, label.tools), listenToKeys(host, label.tools), attachWire(label), attachFlood(label))
    endings.push(useAssist().attach(host))
    painter.setStyle(style())
    painter.setPicture(shown())
    painter.setTone(pictureView.view.tone)
  })
  onBeforeUnmount(() => {
    for (const end of endings) end()
    painter?.dispose()
  })

  watch(shown, (source) => painter?.setPicture(source))
  watch(
    () => label.ahead,
    (next) => next && painter?.prepare(next.item, next.list.annotations),
    { flush: 'sync' },
  )
  watch([() => label.picture?.source, standIn], ([source, image]) => {
    if (source instanceof TiledPicture) source.setStandIn(image)
  })
  watch(
    () => pictureView.view.tone,
    (tone) => painter?.setTone(tone),
  )
  watch([() => datasets.classes, () => studio.theme, () => studio.locale], () => painter?.setStyle(style()), { flush: 'post' })
  watch(
    () => [label.ticks.tool, label.ticks.hover, label.ticks.selection],
    () => {
      cursor.value = label.tools.cursor()
      const { active } = label.tools
      painter?.setCursor(isBrush(active) ? 'brush' : isAiming(active) ? 'crosshair' : 'none')
    },
    { immediate: true },
  )
  return { cursor }
}
