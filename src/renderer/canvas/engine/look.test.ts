import { describe, expect, it } from 'vitest'
import { defaultLook, lastingLook, restoreLook } from './look.ts'

describe('how pictures are looked at', () => {
  it('what was chosen comes back, what is about one picture does not', () => {
    const chosen = {
      ...defaultLook,
      colors: 'object',
      outline: true,
      rulers: true,
      fillOpacity: 0.3,
      hiddenIds: new Set(['a']),
      masks: false,
    } as const
    const kept: unknown = JSON.parse(JSON.stringify(lastingLook(chosen)))
    expect({ ...defaultLook, ...restoreLook(kept) }).toEqual({ ...chosen, hiddenIds: new Set(), masks: true })
  })

  it('nonsense is left aside', () => {
    expect(restoreLook(null)).toEqual({})
    expect(restoreLook({ colors: 'rainbow', maskOpacity: 7, fillOpacity: '1', grid: 'yes', readout: false })).toEqual({ readout: false })
  })
})
