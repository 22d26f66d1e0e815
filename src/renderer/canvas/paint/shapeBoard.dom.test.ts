import { expect, it, onTestFinished, vi } from 'vitest'
import { extentOf, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import type { FrameView } from './frame.ts'
import { ShapeBoard } from './shapeBoard.ts'
import type { FromShapeWorker, ToShapeWorker } from './shapeScene.ts'

const view: FrameView = { scale: 1, offsetX: 0, offsetY: 0, ratio: 1, width: 100, height: 80 }
const look: ShapeLook = { fillOpacity: 0.1, names: true, fontFamily: 'serif' }
const drawnAt = (x: number): DrawnShape => {
  const shape = { kind: 'box', x, y: 0, w: 5, h: 5 } as const
  return { shape, bounds: extentOf(shape), color: '#ff0000', name: 'car', dimmed: false, chosen: false, hatched: false }
}

/** The platform's thread and canvas: what the board asks for, and what it puts up. */
function platform() {
  const asked: ToShapeWorker[] = []
  const put: string[] = []
  const closed: string[] = []
  const thread: { onmessage: ((event: { data: FromShapeWorker }) => void) | null } = { onmessage: null }
  vi.stubGlobal(
    'Worker',
    class {
      postMessage = (message: ToShapeWorker): number => asked.push(message)
      terminate = (): void => undefined
      set onmessage(take: typeof thread.onmessage) {
        thread.onmessage = take
      }
    },
  )
  const bitmap = (name: string): ImageBitmap => ({ name, width: 10, height: 10, close: () => closed.push(name) }) as unknown as ImageBitmap
  const context = { transferFromImageBitmap: ({ name }: { name: string }) => put.push(name) }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
  const answer = (name: string): void => thread.onmessage?.({ data: { bitmap: bitmap(name), ahead: null } })
  return { put, closed, answer, draws: () => asked.filter(({ type }) => type === 'draw').length }
}

it('a drawing begun for the last picture never stands over the next one', () => {
  const { put, closed, answer, draws } = platform()
  let drawings = 0
  const board = new ShapeBoard(
    () => drawings++,
    () => undefined,
  )
  board.setShapes([drawnAt(0)])
  board.show(view, look, [])
  board.clear()
  board.setShapes([drawnAt(9)])
  board.show(view, look, [])
  answer('last picture')
  expect({ put, closed, drawings, shown: board.shown }).toEqual({ put: [], closed: ['last picture'], drawings: 0, shown: null })
  expect(draws()).toBe(2)
  answer('next picture')
  expect({ put, drawings, settled: board.settled }).toEqual({ put: ['next picture'], drawings: 1, settled: true })
  // With nothing to show, one that was under way is let go too.
  board.show(view, { ...look, names: false }, [])
  board.clear()
  answer('too late')
  expect([put, closed, draws()]).toEqual([['next picture'], ['last picture', 'too late'], 3])
  board.close()
})
