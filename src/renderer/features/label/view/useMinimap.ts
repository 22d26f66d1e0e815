import { computed, watch, type ShallowRef } from 'vue'
import { panBy } from '../../../canvas/engine/camera.ts'
import { useLabel } from '../labelStore.ts'
import { cameraAt, minimapSize, seenPart } from './minimap.ts'

const keyStepPx = 60
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** The small picture is drawn once; the part on screen follows the camera. */
export function useMinimap(canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>) {
  const label = useLabel()
  const size = computed(() => (label.ticks.item, minimapSize(label.editor.image)))
  const seen = computed(() => {
    void label.ticks.camera
    const { camera, view, image } = label.editor
    return seenPart(camera, view, image, size.value)
  })

  function draw(): void {
    const context = canvas.value?.getContext('2d')
    const source = label.preview ?? label.picture?.source.whole
    if (!canvas.value || !context) return
    const ratio = window.devicePixelRatio
    canvas.value.width = Math.round(size.value.width * ratio)
    canvas.value.height = Math.round(size.value.height * ratio)
    if (!source) return
    context.imageSmoothingQuality = 'high'
    context.drawImage(source, 0, 0, canvas.value.width, canvas.value.height)
  }
  watch([() => label.picture, () => label.preview, size, canvas], draw, { immediate: true, flush: 'post' })

  function goTo(event: PointerEvent): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const { camera, view, image } = label.editor
    const at = { x: event.clientX - box.left, y: event.clientY - box.top }
    label.editor.setCamera(cameraAt(camera, view, image, size.value, at))
  }
  function press(event: PointerEvent): void {
    if (event.button !== 0) return
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    goTo(event)
  }
  const drag = (event: PointerEvent): void => {
    if ((event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) goTo(event)
  }
  function key(event: KeyboardEvent): void {
    const arrow = arrows[event.key]
    if (!arrow || event.ctrlKey || event.altKey || event.metaKey) return
    const step = event.shiftKey ? 5 * keyStepPx : keyStepPx
    const { camera, view, image } = label.editor
    label.editor.setCamera(panBy(camera, arrow[0] * step, arrow[1] * step, view, image))
    event.preventDefault()
    event.stopPropagation()
  }
  return { size, seen, press, drag, key }
}
