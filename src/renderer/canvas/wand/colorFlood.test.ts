import { describe, expect, it } from 'vitest'
import { spansArea } from '../../../shared/geometry/maskSpans.ts'
import type { PixelSource, PixelWindow } from '../engine/pixelSource.ts'
import { TileBudget } from '../picture/tileBudget.ts'
import { TiledPicture } from '../picture/tiledPicture.ts'
import { ColorFlood, type ColorFloodPorts } from './colorFlood.ts'
import { createFloodAnswers } from './floodAnswers.ts'
import type { ToFlood } from './floodJob.ts'

const wish = { tolerance: 1, contiguous: true }
const settled = () => new Promise((resolve) => setTimeout(resolve))

/** Black left of column 4, white from there on. */
function halves(edition = 0): PixelSource & { readonly reads: PixelWindow[]; edition: number } {
  const reads: PixelWindow[] = []
  return {
    size: { width: 10, height: 5 },
    edition,
    reads,
    read(window) {
      reads.push(window)
      const words = Uint32Array.from({ length: window.width * window.height }, (_, i) => (i % window.width < 4 ? 0xff000000 : 0xffffffff))
      return Promise.resolve(new Uint8ClampedArray(words.buffer))
    },
  }
}

function rig(first: PixelSource, most?: number) {
  const answer = createFloodAnswers()
  const posts: ToFlood['type'][] = []
  let open: PixelSource | null = first
  let found = 0
  const ports: ColorFloodPorts = {
    pixels: () => open,
    post(message) {
      posts.push(message.type)
      const region = answer(message)
      if (region) queueMicrotask(() => flood.take(region))
    },
    found: () => found++,
  }
  const flood = new ColorFlood(ports, most)
  /** Pixels found from a seed, as a click does it. */
  const areaAt = async (x: number): Promise<number | null> => {
    flood.seed({ x, y: 2 })
    flood.region(wish)
    await settled()
    const region = flood.region(wish)
    flood.drop()
    return region && spansArea(region.pixels)
  }
  return { flood, posts, areaAt, show: (source: PixelSource | null) => (open = source), found: () => found }
}

describe('the pixels a flood looks at', () => {
  it('are read once for all seeds in the window', async () => {
    const picture = halves()
    const { areaAt, posts } = rig(picture)
    expect([await areaAt(1), await areaAt(8), await areaAt(3.9)]).toEqual([20, 30, 20])
    expect(picture.reads).toEqual([{ x: 0, y: 0, width: 10, height: 5 }])
    expect(posts).toEqual(['window', 'seed', 'region', 'seed', 'region', 'seed', 'region'])
  })

  it('are read once when the next seed comes before they are there', async () => {
    const picture = halves()
    const { flood, areaAt } = rig(picture)
    flood.seed({ x: 1, y: 1 })
    flood.region(wish)
    flood.drop()
    expect(await areaAt(8)).toBe(30)
    expect(picture.reads).toHaveLength(1)
  })

  it('are read again when they have become finer', async () => {
    const picture = halves()
    const { areaAt, posts } = rig(picture)
    await areaAt(1)
    picture.edition++
    expect(await areaAt(8)).toBe(30)
    expect(picture.reads).toHaveLength(2)
    expect(posts).toEqual(['window', 'seed', 'region', 'forget', 'window', 'seed', 'region'])
  })

  it('are given back when another picture opens, also when they are still on their way', async () => {
    const [one, other] = [halves(), halves()]
    const { flood, areaAt, posts, show } = rig(one)
    await areaAt(1)
    show(other)
    flood.forget()
    expect(posts.at(-1)).toBe('forget')
    flood.seed({ x: 1, y: 1 })
    flood.forget()
    await settled()
    expect(posts.at(-1)).toBe('forget')
    expect(flood.region(wish)).toBeNull()
    expect(await areaAt(8)).toBe(30)
    expect([one.reads.length, other.reads.length]).toEqual([1, 2])
  })

  it('are asked for again after they could not be read', async () => {
    const picture = halves()
    const { areaAt, show, found } = rig({ ...picture, read: () => Promise.reject(new Error('unreadable')) })
    expect(await areaAt(1)).toBeNull()
    expect(found()).toBe(1)
    show(picture)
    expect(await areaAt(1)).toBe(20)
  })
})

it('a flood looks until the region that was asked for last is there', async () => {
  const { flood } = rig(halves())
  expect(flood.looking).toBe(false)
  flood.seed({ x: 1, y: 2 })
  flood.region(wish)
  expect(flood.looking).toBe(true)
  await settled()
  expect(flood.looking).toBe(false)
  flood.region({ ...wish, tolerance: 5 })
  expect(flood.looking).toBe(true)
  flood.drop()
  expect(flood.looking).toBe(false)
})

describe('what limits a region', () => {
  it('is said: that it goes on beyond the part that was looked at', async () => {
    const all = rig(halves())
    expect([await all.areaAt(8), all.flood.limits]).toEqual([30, { cut: false, blockPx: 1 }])
    const part = rig({ ...halves(), size: { width: 40, height: 5 } }, 100)
    expect(part.flood.limits).toBeNull()
    const found = (await part.areaAt(20))!
    expect([found > 0, part.flood.limits]).toEqual([true, { cut: true, blockPx: 1 }])
    part.flood.forget()
    expect(part.flood.limits).toBeNull()
  })

  it('is said: that a picture whose pyramid is not there yet is seen in blocks', async () => {
    const header = {
      format: 'jpeg',
      width: 30_000,
      height: 20_000,
      orientation: 1,
      channels: 3,
      hasAlpha: false,
      bits: 8,
      float: false,
      spread: false,
    } as const
    const picture = new TiledPicture({
      header: { ...header, colors: 'rgb', palette: false, frames: 1, inTiles: false },
      load: () => Promise.reject(new Error('no tiles here')),
      failed: () => undefined,
      budget: new TileBudget(1_000_000),
    })
    expect(picture.blockPx).toBeGreaterThan(1)
    const { areaAt, flood } = rig({ ...halves(), blockPx: picture.blockPx })
    await areaAt(8)
    expect(flood.limits).toEqual({ cut: false, blockPx: picture.blockPx })
    picture.sharpened()
    expect(picture.blockPx).toBe(1)
  })
})
