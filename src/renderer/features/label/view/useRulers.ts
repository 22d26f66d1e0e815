import { onBeforeUnmount, watch, type ShallowRef } from 'vue'
import { toScreen } from '../../../canvas/engine/camera.ts'
import { useStudio } from '../../../stores/studio.ts'
import { useLabel } from '../labelStore.ts'
import { drawRuler, rulerPx } from './rulers.ts'

type CanvasRef = Readonly<ShallowRef<HTMLCanvasElement | null>>

/** Draws both rulers once per frame at most, when the camera, the pointer or the colours changed. */
export function useRulers(top: CanvasRef, left: CanvasRef): void {
  const label = useLabel()
  const studio = useStudio()
  let request = 0

  function draw(): void {
    request = 0
    const { camera, view } = label.editor
    const { pointer } = label.editor.gesture
    const tokens = getComputedStyle(document.documentElement)
    const token = (name: string): string => tokens.getPropertyValue(name).trim()
    const colors = { ground: token('--surface-2'), line: token('--line-strong'), text: token('--text-2'), accent: token('--accent') }
    const { fontFamily } = getComputedStyle(document.body)
    const at = pointer && toScreen(camera, pointer)
    const one = (canvas: HTMLCanvasElement | null, upright: boolean): void => {
      const context = canvas?.getContext('2d')
      if (!canvas || !context) return
      const ratio = view.pixelRatio
      const [along, across] = [Math.round((upright ? view.height : view.width) * ratio), Math.round(rulerPx * ratio)]
      const [width, height] = upright ? [across, along] : [along, across]
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      const ruler = { context, ratio, length: upright ? view.height : view.width, upright, colors, fontFamily }
      drawRuler(ruler, camera.scale, upright ? camera.y : camera.x, at && (upright ? at.y : at.x))
    }
    one(top.value, false)
    one(left.value, true)
  }

  const later = (): void => {
    if (request === 0) request = requestAnimationFrame(draw)
  }
  watch([() => label.ticks.camera, () => label.ticks.hover, () => studio.theme, top, left], later, { immediate: true, flush: 'post' })
  onBeforeUnmount(() => cancelAnimationFrame(request))
}
