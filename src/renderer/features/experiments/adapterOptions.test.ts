import { expect, it } from 'vitest'
import type { DeviceReport } from '../../../shared/model/device.ts'
import { adapterOptions } from './adapterOptions.ts'

type Provider = DeviceReport['providers'][number]
const provider = (name: Provider['name'], adapters: Provider['adapters'], bundled = true): Provider => ({
  name,
  bundled,
  adapters,
  usable: true,
  software: false,
  adapter: null,
  error: null,
  startMs: null,
  half: null,
})
const card = (index: number, name: string) => ({ index, name, software: false })

it('offers each number once, with every card that a provider counts so', () => {
  const providers = [
    provider('cpu', []),
    provider('webgpu', [card(0, 'Intel UHD'), card(1, 'RTX A')]),
    provider('cuda', [card(0, 'RTX A')]),
    provider('dml', [card(5, 'never')], false),
  ]
  expect(adapterOptions({ providers })).toEqual([
    {
      index: 0,
      cards: [
        { name: 'Intel UHD', providers: ['webgpu'], software: false },
        { name: 'RTX A', providers: ['cuda'], software: false },
      ],
    },
    { index: 1, cards: [{ name: 'RTX A', providers: ['webgpu'], software: false }] },
  ])
  const same = [provider('webgpu', [card(0, 'RTX A')]), provider('cuda', [card(0, 'RTX A')])]
  expect(adapterOptions({ providers: same })[0]!.cards).toEqual([{ name: 'RTX A', providers: ['webgpu', 'cuda'], software: false }])
  expect(adapterOptions(null)).toEqual([])
})
