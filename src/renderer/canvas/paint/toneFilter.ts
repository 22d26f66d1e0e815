import { isNeutral, toneTable, type Tone } from '../picture/tone.ts'

const svg = 'http://www.w3.org/2000/svg'
let lastId = 0

/** A table per channel that the browser applies to an element when it puts the screen together: nothing is drawn anew for it. */
export class ToneFilter {
  readonly #element: HTMLElement
  readonly #root = document.createElementNS(svg, 'svg')
  readonly #tables: SVGElement[]
  readonly #id = `tone-${++lastId}`

  constructor(host: HTMLElement, element: HTMLElement) {
    this.#element = element
    const filter = document.createElementNS(svg, 'filter')
    filter.id = this.#id
    // Values as stored: without this the browser would make them linear first.
    filter.setAttribute('color-interpolation-filters', 'sRGB')
    const transfer = document.createElementNS(svg, 'feComponentTransfer')
    this.#tables = ['feFuncR', 'feFuncG', 'feFuncB'].map((name) => {
      const table = document.createElementNS(svg, name)
      table.setAttribute('type', 'table')
      transfer.append(table)
      return table
    })
    filter.append(transfer)
    this.#root.append(filter)
    this.#root.setAttribute('class', 'absolute size-0')
    this.#root.setAttribute('aria-hidden', 'true')
    host.append(this.#root)
  }

  set(tone: Tone): void {
    if (isNeutral(tone)) {
      this.#element.style.filter = ''
      return
    }
    const values = toneTable(tone)
      .map((value) => value.toFixed(4))
      .join(' ')
    for (const table of this.#tables) table.setAttribute('tableValues', values)
    this.#element.style.filter = `url(#${this.#id})`
  }

  dispose(): void {
    this.#root.remove()
  }
}
