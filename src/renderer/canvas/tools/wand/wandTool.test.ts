import { describe, expect, it } from 'vitest'
import { maskArea, maskHit } from '../../../../shared/geometry/rle.ts'
import type { MaskShape } from '../../../../shared/model/shape.ts'
import type { PixelSource } from '../../engine/pixelSource.ts'
import type { SettingsPatch } from '../../engine/settings.ts'
import { ColorFlood } from '../../wand/colorFlood.ts'
import { createFloodAnswers } from '../../wand/floodAnswers.ts'
import type { FromFlood } from '../../wand/floodJob.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

/** Grey, with two red squares at (20, 60) and (60, 60), 20 wide; the right half of the first is a darker red. */
const red = (x: number, y: number): readonly [number, number, number] => {
  if (y < 60 || y >= 80) return [128, 128, 128]
  if (x >= 60 && x < 80) return [220, 20, 20]
  return x >= 20 && x < 40 ? (x < 30 ? [220, 20, 20] : [190, 20, 20]) : [128, 128, 128]
}
const picture: PixelSource = {
  size: { width: 200, height: 100 },
  edition: 0,
  read: ({ x, y, width, height }) =>
    Promise.resolve(
      Uint8ClampedArray.from(
        Array.from({ length: width * height }, (_, i) => [...red(x + (i % width), y + Math.floor(i / width)), 255]).flat(),
      ),
    ),
}

interface WandRig extends Rig {
  /** The thread does what it was asked. */
  work(): Promise<void>
}

function start(wand: SettingsPatch['wand'] = {}, pixels: PixelSource | null = picture): WandRig {
  const rig = createRig()
  const answer = createFloodAnswers()
  const waiting: FromFlood[] = []
  const flood = new ColorFlood({
    pixels: () => pixels,
    post(message) {
      const found = answer(message)
      if (found) waiting.push(found)
    },
    found: () => void rig.host.key({ type: 'flood' }),
  })
  rig.editor.finders.flood = flood
  rig.editor.setSettings({ wand: { tolerance: 5, ...wand } })
  rig.host.choose('wand')
  return {
    ...rig,
    async work() {
      await Promise.resolve()
      await Promise.resolve()
      while (waiting.length > 0) flood.take(waiting.shift()!)
    },
  }
}
const selectedMask = (rig: Rig): MaskShape => {
  const shape = rig.editor.single?.shape
  if (shape?.kind !== 'mask') throw new Error('no mask is selected')
  return shape
}
const square = 20 * 20

describe('magic wand', () => {
  for (const [state, enter] of Object.entries<(rig: WandRig) => Promise<void> | void>({
    looking: (rig) => rig.down(25, 65),
    'looking, found': async (rig) => {
      rig.down(25, 65)
      await rig.work()
      rig.move(60, 65)
    },
    settling: (rig) => rig.click(25, 65),
  })) {
    it(`cancel while ${state} leaves no trace`, async () => {
      const rig = start()
      const before = rig.content()
      await enter(rig)
      expect(rig.host.stateName).toBe(state.split(',')[0])
      rig.host.key({ type: 'cancel' })
      await rig.work()
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
      expect(rig.editor.settings.wand.tolerance).toBe(5)
      expect(rig.entries).toEqual([])
      expect(rig.content()).toEqual(before)
    })
  }

  it('a click takes up the connected pixels of the colour as one new mask; undo takes it away', async () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.click(25, 65)
    expect(rig.host.stateName).toBe('settling')
    await rig.work()
    expect(rig.host.stateName).toBe('idle')
    expect(selectedMask(rig)).toMatchObject({ x: 20, y: 60, w: 10, h: 20 })
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createMask'])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('a drag to the right takes more, to the left fewer, and shows it meanwhile', async () => {
    const rig = start()
    rig.down(25, 65)
    await rig.work()
    const shown = (): number => {
      const { draft } = rig.editor.gesture
      return draft.kind === 'stroke' ? draft.stroke.columns.flat().length / 2 : -1
    }
    expect(shown()).toBe(10)
    rig.move(85, 65)
    await rig.work()
    expect(rig.editor.settings.wand.tolerance).toBe(20)
    expect(shown()).toBe(20)
    rig.move(25 - 40, 65)
    await rig.work()
    expect(rig.editor.settings.wand.tolerance).toBe(0)
    expect(shown()).toBe(10)
    rig.move(85, 65)
    rig.up(85, 65)
    await rig.work()
    expect(maskArea(selectedMask(rig))).toBe(square)
  })

  it('takes the colour from anywhere when it need not be connected', async () => {
    const rig = start({ contiguous: false, tolerance: 20 })
    rig.click(25, 65)
    await rig.work()
    expect(maskArea(selectedMask(rig))).toBe(2 * square)
  })

  it('adds to the selected mask, takes away with the right button or Ctrl, replaces by choice', async () => {
    const rig = start({ tolerance: 20 })
    rig.click(25, 65)
    await rig.work()
    const id = rig.editor.single!.id
    rig.click(65, 65)
    await rig.work()
    expect(maskArea(selectedMask(rig))).toBe(2 * square)
    rig.click(25, 65, { mod: true })
    await rig.work()
    expect(maskArea(selectedMask(rig))).toBe(square)
    rig.editor.setSettings({ wand: { mode: 'replace' } })
    rig.click(25, 65)
    await rig.work()
    expect(rig.editor.single?.id).toBe(id)
    expect(maskArea(selectedMask(rig))).toBe(square)
    expect(maskHit(selectedMask(rig), 25, 65)).toBe(true)
    rig.editor.setSettings({ wand: { mode: 'subtract' } })
    rig.right(65, 65)
    rig.up(65, 65)
    await rig.work()
    expect(maskArea(selectedMask(rig))).toBe(2 * square)
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createMask', 'paintMask', 'eraseMask', 'paintMask', 'paintMask'])
  })

  it('does nothing outside of the picture, without pixels, and when they cannot be read', async () => {
    const broken: PixelSource = { ...picture, read: () => Promise.reject(new Error('unreadable')) }
    for (const rig of [start({}, null), start({}, broken)]) {
      rig.click(25, 65)
      await rig.work()
      expect([rig.host.stateName, rig.entries.length, rig.editor.gesture.draft.kind]).toEqual(['idle', 0, 'none'])
    }
    const rig = start()
    rig.click(500, 65)
    expect(rig.host.stateName).toBe('idle')
  })

  it('works by keys alone: arrows aim, Enter takes', async () => {
    const rig = start()
    rig.editor.gesture.setPointer({ x: 24, y: 64 })
    rig.host.key({ type: 'nudge', dx: 1, dy: 1, grow: false })
    rig.host.key({ type: 'finish' })
    await rig.work()
    expect(selectedMask(rig)).toMatchObject({ x: 20, y: 60, w: 10, h: 20 })
  })
})
