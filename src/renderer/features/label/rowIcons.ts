import {
  CircleAlert,
  Dot,
  Eye,
  EyeOff,
  Group,
  Lock,
  Pentagon,
  Spline,
  Square,
  SquareDashed,
  Waypoints,
  type LucideIcon,
} from 'lucide-vue-next'
import { onBeforeUnmount, watch } from 'vue'
import type { ShapeKind } from '../../../shared/model/shape.ts'
import { useStudio } from '../../stores/studio.ts'
import { iconRule } from '../../ui/iconRule.ts'

const kinds = {
  box: Square,
  rotatedBox: SquareDashed,
  polygon: Pentagon,
  mask: Waypoints,
  polyline: Spline,
  point: Dot,
} satisfies Record<ShapeKind, LucideIcon>
const marks = { grouped: Group, locked: Lock, shown: Eye, hidden: EyeOff } as const

/**
 * Classes `row-…` that draw the icons of the objects list as images in the colours of the theme: a browser goes through all SVG elements of a page in every
 * frame in which anything on it moves, and pays nothing for images. The row under the pointer has real ones, which answer to it.
 */
export function useRowIcons(): void {
  const studio = useStudio()
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets.push(sheet)
  watch(
    () => studio.theme,
    () => {
      const tokens = getComputedStyle(document.documentElement)
      const quiet = tokens.getPropertyValue('--text-3')
      const rules = Object.entries({ ...kinds, ...marks }).map(([name, icon]) => iconRule(`row-${name}`, icon, quiet))
      sheet.replaceSync([...rules, iconRule('row-faulty', CircleAlert, tokens.getPropertyValue('--warning'))].join('\n'))
    },
    { immediate: true, flush: 'post' },
  )
  onBeforeUnmount(() => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet)))
}
