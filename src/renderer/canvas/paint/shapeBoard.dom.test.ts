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
  const drawings = () => asked.filter((message) => message.type === 'draw')
  const answer = (name: string): void =>
    thread.onmessage?.({ data: { id: drawings().at(-1)?.id ?? 0, bitmap: bitmap(name), ahead: false } })
  /** What is asked for ahead is drawn. */
  const answerAhead = (name: string): void => {
    const { draw } = asked.findLast((message) => message.type === 'ahead')!
    thread.onmessage?.({ data: { id: draw.id, bitmap: bitmap(name), ahead: true } })
  }
  const hurries = (): number => asked.filter(({ type }) => type === 'hurry').length
  return { put, closed, answer, answerAhead, drawings, hurries, draws: () => drawings().length }
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

const plain = { ...look, names: false }
const at = (offsetX: number, offsetY = 0): FrameView => ({ ...view, offsetX, offsetY })
const boardOf = (shapes: readonly DrawnShape[]): ShapeBoard => {
  const board = new ShapeBoard(
    () => undefined,
    () => undefined,
  )
  board.setShapes(shapes)
  return board
}
/** Of the canvases of a board: place, size, and whether they are seen. */
const sheetsOf = ({ element }: ShapeBoard): string[] =>
  [...element.querySelectorAll('canvas')].map(({ style: { left, top, width, height, opacity } }) =>
    [left, top, width, height, opacity].join(' ').trim(),
  )

it('a drawing that is only moved moves on with the camera, from what there is of it', () => {
  const { put, closed, answer, drawings } = platform()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const board = boardOf([drawnAt(0)])
  board.show(at(0), plain, [])
  expect(drawings()[0]).toMatchObject({ cover: { x: -128, y: -128, width: 556, height: 456 }, from: null, paced: false })
  answer('whole')
  expect(sheetsOf(board)).toEqual(['-128px -128px 556px 456px 1', '0'])

  // Little of its margin is left: more is asked for, on all sides and with time, for the drawing is exact meanwhile.
  board.show(at(-80, 5), plain, [])
  expect([board.settled, drawings().length]).toEqual([true, 2])
  expect(drawings()[1]).toMatchObject({ paced: true, view: at(-80, 5), cover: { x: -256, y: -256, width: 812, height: 712 } })
  expect(drawings()[1]!.from).toEqual({ id: drawings()[0]!.id, cover: { x: -208, y: -123, width: 556, height: 456 } })
  board.show(at(-90, 5), plain, [])
  answer('on')
  expect(sheetsOf(board)).toEqual(['-128px -128px 556px 456px 0', '-256px -256px 812px 712px 1'])
  expect([put, board.settled, board.element.style.transform]).toEqual([['whole', 'on'], true, 'matrix(1, 0, 0, 1, -10, 0)'])

  // Enough is left: more comes when the camera rests, and where nearly all is there not even then.
  board.show(at(-200, 5), plain, [])
  vi.advanceTimersByTime(500)
  expect(drawings().length).toBe(2)
  board.show(at(-230, 5), plain, [])
  vi.advanceTimersByTime(89)
  expect(drawings().length).toBe(2)
  vi.advanceTimersByTime(1)
  expect(drawings()[2]).toMatchObject({ paced: false, from: { id: drawings()[1]!.id, cover: { x: -406, y: -256 } } })
  answer('on again')
  expect(sheetsOf(board)).toEqual(['-128px -128px 556px 456px 0', '-256px -256px 812px 712px 1'])
  board.close()
  expect(closed).toEqual([])
})

it('another drawing takes the place of one that moved on, and those of a picture that was left are thrown away', () => {
  const { put, closed, answer, drawings } = platform()
  const board = boardOf([drawnAt(0)])
  board.show(view, plain, [])
  answer('whole')
  board.show(at(-80), plain, [])
  board.setShapes([drawnAt(4)])
  board.show(at(-80), plain, [])
  expect(board.settled).toBe(false)
  answer('on')
  expect(drawings().length).toBe(3)
  expect(drawings()[2]).toMatchObject({ from: null, cover: { width: 556 } })
  answer('other whole')
  expect([put, board.settled, board.element.childElementCount]).toEqual([['whole', 'on', 'other whole'], true, 2])
  expect(sheetsOf(board).map((sheet) => sheet.at(-1))).toEqual(['1', '0'])
  board.show(at(200), plain, [])
  board.clear()
  answer('late')
  expect(closed).toEqual(['late'])
  board.close()
})

it('when nothing happens for a while more is drawn than is seen, once', () => {
  const { answer, drawings } = platform()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const board = boardOf([drawnAt(0)])
  board.show(view, plain, [])
  answer('whole')
  vi.advanceTimersByTime(1_000)
  board.show(view, plain, [])
  vi.advanceTimersByTime(1_499)
  expect(drawings().length).toBe(1)
  vi.advanceTimersByTime(1)
  expect(drawings()[1]).toMatchObject({ view, cover: { x: -256 }, from: { id: drawings()[0]!.id, cover: { x: -128 } }, paced: false })
  answer('more')
  vi.advanceTimersByTime(5_000)
  expect([drawings().length, sheetsOf(board)[1]]).toEqual([2, '-256px -256px 812px 712px 1'])
  // With names it would not be exact anywhere else.
  board.show(view, look, [])
  answer('with names')
  vi.advanceTimersByTime(5_000)
  expect(drawings().length).toBe(3)
  board.close()
})

it('a drawing made ahead is shown at once, and gone on with', () => {
  const { put, answerAhead, drawings } = platform()
  const board = boardOf([drawnAt(1)])
  const next = [drawnAt(0)]
  board.prepare(next, view, plain)
  answerAhead('ahead')
  board.setShapes(next)
  board.show(view, plain, [])
  expect([put, board.settled, drawings()]).toEqual([['ahead'], true, []])
  board.show(at(-80), plain, [])
  expect(drawings()[0]!.from).toEqual({ id: 1, cover: { x: -208, y: -128, width: 556, height: 456 } })
  expect(drawings()[0]!.id).toBe(2)
  board.close()
})

it('names stand where they were drawn: a drawing with them is not extended', () => {
  const { answer, drawings } = platform()
  const board = boardOf([drawnAt(0)])
  board.show(view, look, [])
  answer('whole')
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  board.show({ ...view, offsetX: -20 }, look, [])
  expect(board.settled).toBe(false)
  vi.advanceTimersByTime(90)
  expect(drawings().map(({ from, cover }) => [from, cover.width])).toEqual([
    [null, 556],
    [null, 556],
  ])
  board.close()
})

it('a drawing that has time is hurried when the camera rests, when something is missed, and when it is for nothing', () => {
  const { answer, drawings, hurries } = platform()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const begun = (): ShapeBoard => {
    const board = boardOf([drawnAt(0)])
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

it('while somebody zooms out, what is drawn is seen from further away, until the camera rests', () => {
  const { answer, drawings } = platform()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const board = boardOf([drawnAt(0)])
  const zoomed = (scale: number): FrameView => ({ ...view, scale, offsetX: 150 - 150 * scale, offsetY: 100 - 100 * scale })
  board.show(view, plain, [])
  answer('whole')
  vi.advanceTimersByTime(1_000)
  // One notch: what will be seen.
  board.show(zoomed(0.5), plain, [])
  expect(drawings()[1]!.view).toEqual(zoomed(0.5))
  answer('half')
  expect(board.settled).toBe(true)
  // One after the other: each drawing lasts for more of them.
  vi.advanceTimersByTime(100)
  board.show(zoomed(0.3), plain, [])
  expect(drawings()[2]!.view.scale).toBeCloseTo(0.15, 9)
  answer('far')
  expect([board.settled, board.element.style.transform.slice(0, 10)]).toEqual([false, 'matrix(2, '])
  vi.advanceTimersByTime(50)
  board.show(zoomed(0.22), plain, [])
  expect(drawings().length).toBe(3)
  vi.advanceTimersByTime(90)
  expect(drawings()[3]!.view).toEqual(zoomed(0.22))
  answer('exact')
  expect(board.settled).toBe(true)
  // After a while a notch is one again.
  vi.advanceTimersByTime(300)
  board.show(zoomed(0.1), plain, [])
  expect(drawings()[4]!.view).toEqual(zoomed(0.1))
  board.close()
})
