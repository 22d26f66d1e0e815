import type { DeviceReport } from '../../../shared/model/device.ts'

export interface AdapterOption {
  readonly index: number
  /** The cards of that number, each with the providers that count it so. */
  readonly cards: readonly {
    readonly name: string
    readonly providers: readonly DeviceReport['providers'][number]['name'][]
    readonly software: boolean
  }[]
}

/** The graphics cards that a config can name, by number; providers may count them differently. */
export function adapterOptions(report: Pick<DeviceReport, 'providers'> | null): AdapterOption[] {
  const byIndex = new Map<number, AdapterOption['cards'][number][]>()
  for (const { name: provider, bundled, adapters } of report?.providers ?? [])
    for (const { index, name, software } of bundled ? adapters : []) {
      const cards = byIndex.get(index) ?? []
      const at = cards.findIndex((card) => card.name === name)
      if (at < 0) cards.push({ name, providers: [provider], software })
      else cards[at] = { ...cards[at]!, providers: [...cards[at]!.providers, provider] }
      byIndex.set(index, cards)
    }
  return [...byIndex].sort(([a], [b]) => a - b).map(([index, cards]) => ({ index, cards }))
}
