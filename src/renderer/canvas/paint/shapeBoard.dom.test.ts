import { expect, it, onTestFinished, vi } from 'vitest'
import { extentOf, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import type { FrameView } from './frame.ts'
import { ShapeBoard } from './shapeBoard.ts'
import type { FromShapeWorker, ToShapeWorker } from './shapeScene.ts'

const view: FrameView = { scale: 1, offsetX: 0, offsetY: 0, ratio: 1, width: 300, height: 200 }
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
  const answer = (...names: string[]): void => thread.onmessage?.({ data: { bitmaps: names.map(bitmap), ahead: null } })
  const drawings = () => asked.filter((message) => message.type === 'draw')
  const hurries = (): number => asked.filter(({ type }) => type === 'hurry').length
  return { put, closed, answer, drawings, hurries, draws: () => drawings().length }
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

it('a drawing that is only moved gets strips where it ends, and stays', () => {
  const { put, closed, answer, drawings } = platform()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const board = new ShapeBoard(
    () => undefined,
    () => undefined,
  )
  const plain = { ...look, names: false }
  const at = (offsetX: number, offsetY = 0): FrameView => ({ ...view, offsetX, offsetY })
  const shownAt = (): (readonly [string, string, string, string])[] =>
    [...board.element.querySelectorAll('canvas')].map(({ style: { left, top, width, height } }) => [left, top, width, height])
  board.setShapes([drawnAt(0)])
  board.show(at(0), plain, [])
  answer('whole')
  expect(shownAt()).toEqual([['-128px', '-128px', '556px', '456px']])

  // Little of its margin is left: more is asked for, on all sides and with time, for the drawing is exact meanwhile.
  board.show(at(-80), plain, [])
  expect([board.settled, drawings().length]).toEqual([true, 2])
  expect(drawings()[1]).toMatchObject({ paced: true, view: at(0) })
  expect(drawings()[1]!.pieces).toEqual([
    { x: -240, y: -128, width: 112, height: 456 },
    { x: 428, y: -128, width: 272, height: 456 },
    { x: -240, y: -320, width: 940, height: 192 },
    { x: -240, y: 328, width: 940, height: 192 },
  ])
  answer('left', 'right', 'above', 'below')
  expect(shownAt()[2]).toEqual(['428px', '-128px', '272px', '456px'])
  board.show(at(-300), plain, [])
  expect([put, board.settled, drawings().length]).toEqual([['whole', 'left', 'right', 'above', 'below'], true, 2])
  expect(board.element.style.transform).toBe('matrix(1, 0, 0, 1, -300, 0)')

  // Enough is left: what lacks of the margin comes when the camera rests.
  board.show(at(-302), plain, [])
  vi.advanceTimersByTime(89)
  expect(drawings().length).toBe(2)
  vi.advanceTimersByTime(1)
  expect(drawings()[2]).toMatchObject({ paced: false })
  expect(drawings()[2]!.pieces).toEqual([{ x: 700, y: -320, width: 222, height: 840 }])
  board.close()
  expect(closed).toEqual([])
})

it('another drawing takes the place of all strips, and those of a picture that was left are thrown away', () => {
  const { put, closed, answer, drawings } = platform()
  const board = new ShapeBoard(
    () => undefined,
    () => undefined,
  )
  const plain = { ...look, names: false }
  board.setShapes([drawnAt(0)])
  board.show(view, plain, [])
  answer('whole')
  board.show({ ...view, offsetX: -80 }, plain, [])
  board.setShapes([drawnAt(4)])
  board.show({ ...view, offsetX: -80 }, plain, [])
  expect(board.settled).toBe(false)
  answer('strip')
  expect(drawings().length).toBe(3)
  answer('other whole')
  expect([put, board.settled, board.element.childElementCount]).toEqual([['whole', 'strip', 'other whole'], true, 1])
  board.show({ ...view, offsetX: 200 }, plain, [])
  board.clear()
  answer('late strip')
  expect(closed).toEqual(['late strip'])
  board.close()
})

it('names stand where they were drawn: a drawing with them is not extended', () => {
  const { answer, drawings } = platform()
  const board = new ShapeBoard(
    () => undefined,
    () => undefined,
  )
  board.setShapes([drawnAt(0)])
  board.show(view, look, [])
  answer('whole')
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  board.show({ ...view, offsetX: -20 }, look, [])
  expect(board.settled).toBe(false)
  vi.advanceTimersByTime(90)
  expect(drawings().map(({ pieces }) => pieces.length)).toEqual([1, 1])
  board.close()
})

it('a drawing that has time is hurried when the camera rests, when something is missed, and when it is for nothing', () => {
  const { answer, drawings, hurries } = platform()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const plain = { ...look, names: false }
  const at = (offsetX: number): FrameView => ({ ...view, offsetX })
  const begun = (): ShapeBoard => {
    const board = new ShapeBoard(
      () => undefined,
      () => undefined,
    )
    board.setShapes([drawnAt(0)])
    board.show(at(0), plain, [])
    answer('whole')
    board.show(at(-40), plain, [])
    expect(drawings().at(-1)!.paced).toBe(true)
    return board
  }
  const resting = begun()
  vi.advanceTimersByTime(60)
  resting.show(at(-50), plain, [])
  vi.advanceTimersByTime(60)
  expect(hurries()).toBe(0)
  vi.advanceTimersByTime(30)
  expect(hurries()).toBe(1)
  resting.close()

  const beyond = begun()
  beyond.show(at(-129), plain, [])
  beyond.show(at(-140), plain, [])
  expect(hurries()).toBe(2)
  beyond.close()

  const edited = begun()
  edited.setShapes([drawnAt(1)])
  edited.show(at(-40), plain, [])
  expect(hurries()).toBe(3)
  edited.close()

  const left = begun()
  left.clear()
  vi.advanceTimersByTime(500)
  expect(hurries()).toBe(4)
  left.close()
})
