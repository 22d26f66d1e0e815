import { describe, expect, it } from 'vitest'
import type { Shape } from '../../../shared/model/shape.ts'
import { createRig } from '../tools/gestureRig.ts'
import { beginStroke } from '../engine/brush.ts'
import { toggleVoid } from '../engine/voidRegions.ts'
import { drawnRecords, drawnShape, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import { frameOf, viewOf, type Context2D } from './frame.ts'
import { hatchLines } from './hatch.ts'
import { withStroke } from './maskLayers.ts'
import { hatched, hatchWide } from './maskTiles.ts'
import { drawShapes } from './shapeLayer.ts'
import { SceneReceiver, SceneSender } from './shapeScene.ts'
import { defaultStyle } from './style.ts'

/** Writes down what it is told to draw. */
function recorder(): { readonly calls: string[]; readonly context: Context2D } {
  const calls: string[] = []
  const state: Record<string, unknown> = { globalAlpha: 1 }
  const context = new Proxy(state, {
    get: (target, name): unknown => target[String(name)] ?? ((...told: unknown[]) => calls.push([String(name), ...told].join(' '))),
    set(target, name, value) {
      calls.push(`${String(name)} = ${String(value)}`)
      return Reflect.set(target, name, value)
    },
  })
  return { calls, context: context as unknown as Context2D }
}

const outlineOnly: ShapeLook = { fillOpacity: 0, names: false, fontFamily: 'sans-serif' }
const filled: ShapeLook = { ...outlineOnly, fillOpacity: 0.3 }
const stripes = (calls: readonly string[]): number => calls.filter((call) => call.startsWith('moveTo')).length

function scene(): { readonly drawn: readonly DrawnShape[]; readonly by: (draw: (context: Context2D) => void) => string[] } & ReturnType<
  typeof createRig
> {
  const rig = createRig()
  rig.editor.select([rig.ids.box, rig.ids.polygon])
  toggleVoid(rig.editor)
  rig.editor.select([])
  const drawn = drawnRecords(rig.editor, rig.editor.painted()).map((record) => drawnShape(rig.editor, defaultStyle, record))
  const by = (draw: (context: Context2D) => void): string[] => {
    const { calls, context } = recorder()
    draw(context)
    return calls
  }
  return { ...rig, drawn, by }
}

describe('void shapes', () => {
  it.each([1, 2, 4])('have their stripes where void masks have theirs, with every %i. pixel drawn', (stride) => {
    const bounds = { minX: 3 * stride, minY: 5 * stride, maxX: 40 * stride, maxY: 33 * stride }
    const lines = hatchLines(bounds, stride)
    for (let x = 3; x < 40; x++)
      for (let y = 5; y < 33; y++) {
        const sum = (x + y + 1) * stride
        expect(
          lines.some((line) => Math.abs(line - sum) < (hatchWide / 2) * stride),
          `${x}, ${y}`,
        ).toBe(hatched(x, y))
      }
  })

  it('are striped with any fill, also when only outlines are on show; objects are not', () => {
    const { drawn, editor, by } = scene()
    for (const look of [outlineOnly, filled]) {
      for (const one of drawn) {
        const calls = by((context) => drawShapes(frameOf(context, editor), [one], look))
        expect([calls.includes('clip evenodd'), calls.includes('fill evenodd')]).toEqual([one.hatched, !one.hatched && look === filled])
        if (one.hatched) expect(stripes(calls)).toBeGreaterThan(5)
      }
    }
    expect(drawn.map((one) => one.hatched)).toEqual([true, false, true])
  })

  it('are drawn by the thread as they are on the page', () => {
    const { drawn, editor, by } = scene()
    const receiver = new SceneReceiver()
    receiver.take(structuredClone(new SceneSender().message(drawn).message))
    const view = viewOf(editor)
    const all = { x: 0, y: 0, width: view.width, height: view.height }
    const there = by((context) => receiver.draw(context, { view, look: filled, hidden: [] }, all))
    expect(there).toEqual(by((context) => drawShapes(frameOf(context, editor), drawn, filled)))
  })

  it('are striped while they are painted', () => {
    const { editor } = createRig()
    const stroke = beginStroke(editor, false, null)
    const layer = (region: 'void' | 'object') =>
      withStroke([], stroke, undefined, editor.image, defaultStyle, { classId: editor.pen.classId, region }).map(({ hatch }) => hatch)
    expect([layer('void'), layer('object')]).toEqual([[true], [false]])
  })

  it('have stripes on screen only, however large they are', () => {
    const { editor, by } = scene()
    const shape: Shape = { kind: 'box', x: -1e6, y: -1e6, w: 2e6, h: 2e6 }
    const huge: DrawnShape = {
      shape,
      bounds: { minX: -1e6, minY: -1e6, maxX: 1e6, maxY: 1e6 },
      color: '#e0e0c0',
      name: 'void',
      dimmed: false,
      chosen: false,
      hatched: true,
    }
    expect(stripes(by((context) => drawShapes(frameOf(context, editor), [huge], filled)))).toBeLessThan(60)
  })
})
