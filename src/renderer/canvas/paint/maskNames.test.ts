import { afterEach, expect, it, vi } from 'vitest'
import { createRig } from '../tools/gestureRig.ts'
import { frameOf, type Context2D } from './frame.ts'
import { drawMaskNames, namesMasks } from './maskNames.ts'
import { defaultStyle } from './style.ts'

/** A canvas that knows how wide a text is, and nothing else. */
class TextCanvas {
  width = 1
  height = 1
  getContext(): unknown {
    const calls: Record<string, unknown> = { measureText: (text: string) => ({ width: 6 * text.length }) }
    return new Proxy(calls, { get: (target, name) => target[String(name)] ?? ((): void => undefined), set: () => true })
  }
}

afterEach(() => vi.unstubAllGlobals())

/** Where pictures of names are put. */
function tags(change: (rig: ReturnType<typeof createRig>) => void): unknown[] {
  vi.stubGlobal('OffscreenCanvas', TextCanvas)
  const rig = createRig()
  change(rig)
  const drawn: unknown[] = []
  const context = { globalAlpha: 1, drawImage: (_: unknown, x: number, y: number) => drawn.push([x, y]) }
  drawMaskNames(frameOf(context as unknown as Context2D, rig.editor), rig.editor, defaultStyle)
  expect(namesMasks(rig.editor)).toBe(rig.editor.look.names && !rig.editor.look.outline && rig.editor.look.masks)
  return drawn
}

it('masks have their names where shapes have theirs, while names are on show and there is room', () => {
  const near = { scale: 4, x: -500, y: -200 }
  expect(tags(({ editor }) => editor.setCamera(near))).toEqual([[100, 24]])
  expect(tags(() => undefined)).toEqual([])
  for (const look of [{ names: false }, { outline: true }, { masks: false }])
    expect(
      tags(({ editor }) => {
        editor.setCamera(near)
        editor.setLook(look)
      }),
    ).toEqual([])
})
