import type { LucideIcon } from 'lucide-vue-next'
import { h, render } from 'vue'

/** A style rule that draws an icon as the background image of a class, in one colour. */
export function iconRule(name: string, icon: LucideIcon, color: string): string {
  const box = document.createElement('div')
  render(h(icon), box)
  const markup = box.innerHTML.replaceAll('currentColor', color)
  return `.${name} { background-image: url("data:image/svg+xml,${encodeURIComponent(markup)}") }`
}
