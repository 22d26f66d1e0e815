import type { OverlayLook } from './overlayPlot.ts'

export interface PictureEntry {
  readonly label: string
  readonly color: string
  readonly dash: readonly number[]
}

const line = 18
const column = 240
const margin = 12

/** A plot as it is drawn, and its size in CSS px. */
export interface Picture {
  readonly canvas: HTMLCanvasElement
  readonly width: number
  readonly ratio: number
}

/** The plot with its title above and what its lines are below, on the panel's own background. */
export function overlayPicture(plot: Picture, look: OverlayLook, title: string, entries: readonly PictureEntry[]): Promise<Blob | null> {
  const { canvas: source, ratio } = plot
  const columns = Math.max(1, Math.floor((plot.width - 2 * margin) / column))
  const rows = Math.ceil(entries.length / columns)
  const canvas = document.createElement('canvas')
  canvas.width = source.width
  canvas.height = Math.round(source.height + ratio * (28 + rows * line + margin))
  const context = canvas.getContext('2d')!
  context.fillStyle = look.background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, 28 * ratio)
  context.scale(ratio, ratio)
  context.fillStyle = look.text
  context.textBaseline = 'middle'
  context.font = '600 13px system-ui, sans-serif'
  context.fillText(title, margin, 16)
  context.font = '11px system-ui, sans-serif'
  const top = 28 + source.height / ratio + line / 2
  entries.forEach(({ label, color, dash }, i) => {
    const x = margin + Math.floor(i / rows) * column
    const y = top + (i % rows) * line
    context.strokeStyle = color
    context.lineWidth = 2
    context.setLineDash([...dash])
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x + 28, y)
    context.stroke()
    context.fillText(label, x + 36, y, column - 48)
  })
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
