import type { Way } from '../../../shared/geometry/along.ts'
import { clampPoint, distance } from '../../../shared/geometry/point.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../engine/editor.ts'
import type { Kept } from './kept.ts'
import { nextPoint } from './nextPoint.ts'
import { waysAlong } from './snapping.ts'
import type { EventOf, PointerAt } from './tool.ts'

/** A ring or line under way: what each click added, so that one step back takes back what one click did. */
export interface Chain {
  readonly steps: readonly (readonly ImageVec[])[]
  /** Which of the ways along a border the user wants: 0 is the shortest. */
  readonly way: number
  /** Where the pointer was last; null before it moved. */
  readonly at: PointerAt | null
}

/** The state of a tool that draws on from click to click. */
export const drawing = ({ steps, way }: Chain, at: PointerAt | null): Chain & { readonly name: 'drawing' } => ({
  name: 'drawing',
  steps,
  way,
  at,
})

export const startChain = (first: ImageVec): Chain => ({ steps: [[first]], way: 0, at: null })

export const pointsOf = ({ steps }: Pick<Chain, 'steps'>): readonly ImageVec[] => steps.flat()

/** Where the clicks were. */
export const seedsOf = ({ steps }: Pick<Chain, 'steps'>): readonly ImageVec[] => steps.flatMap((step) => step.slice(-1))

/** The vertices of the border between the last point and `to`, where one is followed: when that is switched on, or with Ctrl when it is not. */
export function borderTo(editor: Editor, chain: Chain, to: ImageVec, at: PointerAt): readonly ImageVec[] {
  if (at.alt || editor.settings.aids.follow === at.mod) return []
  const ways: readonly Way[] = waysAlong(editor, pointsOf(chain).at(-1)!, to)
  // Neighbours may stick out of the picture; what is drawn may not.
  return (ways[chain.way % ways.length]?.points ?? []).map((p) => clampPoint(p, editor.image))
}

/** What a click at the pointer would add. */
export function nextStep(editor: Editor, chain: Chain, at: PointerAt): { readonly point: ImageVec; readonly border: readonly ImageVec[] } {
  const point = nextPoint(editor, pointsOf(chain), at)
  return { point, border: borderTo(editor, chain, point, at) }
}

/** With what a click at the pointer adds; the same chain when that is nothing. */
export function withStep(editor: Editor, chain: Chain, at: PointerAt): Chain {
  const { point, border } = nextStep(editor, chain, at)
  if (distance(pointsOf(chain).at(-1)!, point) === 0) return chain
  return { steps: [...chain.steps, [...border, point]], way: 0, at }
}

/** Without the last step; null when nothing is left. */
const stepBack = (chain: Chain): Chain | null => (chain.steps.length > 1 ? { ...chain, steps: chain.steps.slice(0, -1) } : null)

/** How a tool that draws on from click to click shows, ends and gives up what it draws. */
interface ChainDrawing<S> {
  readonly preview: (editor: Editor, chain: Chain, at: PointerAt | null) => S
  readonly finish: (editor: Editor, chain: Chain) => S
  readonly abandon: (editor: Editor) => S
}

/** What such tools do alike while they draw, as rows of their tables. */
export const chainRow = <S>({ preview, finish, abandon }: ChainDrawing<S>) => ({
  move: (editor: Editor, chain: Chain, { at }: EventOf<'move'>) => preview(editor, chain, at),
  finish: (editor: Editor, chain: Chain) => finish(editor, chain),
  otherWay: (editor: Editor, chain: Chain) => preview(editor, { ...chain, way: chain.way + 1 }, chain.at),
  /** The last step is taken back; with the first one the drawing ends. */
  back: (editor: Editor, chain: Chain): S => {
    const shorter = stepBack(chain)
    return shorter ? preview(editor, shorter, null) : abandon(editor)
  },
  cancel: abandon,
})

/** Fewer points are soon set again. */
export const fewestKept = 3

/** A chain that was left is gone on with from its last point. */
export const keepChain = (_: Editor, state: object | Chain): Kept | null =>
  'steps' in state && pointsOf(state).length >= fewestKept ? { kind: 'chain', steps: state.steps.map((step) => [...step]) } : null

export const resumeChain =
  <S>(preview: (editor: Editor, chain: Chain, at: PointerAt | null) => S) =>
  (editor: Editor, kept: Kept): S | null =>
    kept.kind === 'chain' ? preview(editor, { steps: kept.steps, way: 0, at: null }, null) : null
