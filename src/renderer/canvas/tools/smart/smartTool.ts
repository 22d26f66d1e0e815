import { boundsOfCorners, squareOfCorners } from '../../../../shared/geometry/box.ts'
import { clampPoint } from '../../../../shared/geometry/point.ts'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import { noDraft, type SmartDraft } from '../../engine/draft.ts'
import type { RegionShape } from '../../../../shared/geometry/regions.ts'
import type { Editor } from '../../engine/editor.ts'
import type { Candidate, SegmentAnswer } from '../../engine/segmenter.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'
import { claimOf, commitWork, proposedCandidate, proposedShape, resultOf, type Beginning } from './proposal.ts'
import {
  answered,
  beginFromTarget,
  beginWork,
  followTarget,
  groundOf,
  lastStep,
  otherCandidate,
  promptOf,
  shownOf,
  stepBack,
  stepForward,
  keptWork,
  withBox,
  withPoint,
  workOf,
  type SmartResult,
  type Work,
} from './work.ts'

interface Press {
  readonly from: PointerAt
  readonly right: boolean
}

export type SmartState =
  /** `hover`: the first ticket of what the pointer passes over; null: nothing is shown there. */
  | { readonly name: 'idle'; readonly hover: number | null }
  /** Button down: a click, or the beginning of a box. */
  | { readonly name: 'pressing'; readonly press: Press; readonly work: Work }
  | { readonly name: 'boxing'; readonly from: PointerAt; readonly work: Work }
  /** The answer to the newest step is on its way. */
  | { readonly name: 'waiting'; readonly work: Work }
  | { readonly name: 'showing'; readonly work: Work }
  /** There was no answer; the steps stay and can be asked again. */
  | { readonly name: 'failed'; readonly work: Work }
  /** All steps were taken back. */
  | { readonly name: 'emptied'; readonly work: Work }

const idle: SmartState = { name: 'idle', hover: null }
/** A single click is soon made again. */
const fewestClicks = 2

/** The state for what is known of the work. */
function rest(work: Work): SmartState {
  const step = lastStep(work)
  if (!step) return { name: 'emptied', work }
  if (work.ticket !== null) return { name: 'waiting', work }
  return { name: step.found ? 'showing' : 'failed', work }
}

/** Left adds and right takes away, by choice the other way round; Shift turns that. */
function isPositive(editor: Editor, at: PointerAt, right: boolean): boolean {
  return (right !== at.shift) === (editor.settings.smart.clicks === 'subtract')
}

function stateOf(work: Work): SmartDraft['state'] {
  if (work.ticket !== null) return 'waiting'
  const step = lastStep(work)
  if (!step) return 'unasked'
  return step.found ? 'known' : 'failed'
}

/** A candidate as it would be kept. */
function asKept(editor: Editor, work: Beginning, candidate: Candidate | null): Pick<SmartDraft, 'mask' | 'shape' | 'result'> {
  const wanted = editor.settings.smart.result
  const result = resultOf(editor, work, wanted)
  const left = (found: RegionShape) => claimOf(editor, work, wanted, found).shape
  const mask = candidate && left(candidate.mask)
  const shape = candidate && proposedShape(editor, candidate)
  return { mask: mask?.kind === 'mask' ? mask : null, shape: shape && (shape === candidate?.mask ? mask : left(shape)), result }
}

function show(editor: Editor, work: Work, box: Bounds | null = null): void {
  const known = shownOf(work)
  const step = lastStep(work)
  const prompt = promptOf(work)
  const kept = asKept(editor, work, known && proposedCandidate(editor, known, prompt.points))
  if (work.targetId !== null) editor.select(kept.result === 'new' && !work.fromTarget ? [] : [work.targetId])
  editor.gesture.setDraft({
    kind: 'smart',
    points: prompt.points,
    box: box ?? prompt.box,
    proposals: step?.found?.candidates.map(({ iou }) => iou) ?? [],
    chosen: step?.chosen ?? 0,
    ...kept,
    state: stateOf(work),
  })
}

function settle(editor: Editor, work: Work): SmartState {
  show(editor, work)
  return rest(work)
}

/** Asks for the newest step. */
function ask(editor: Editor, work: Work): SmartState {
  const ticket = editor.finders.segmenter?.ask(promptOf(work))
  return ticket === undefined ? abandon(editor, work) : settle(editor, { ...work, ticket })
}

/** What is selected is again what was; nothing is left on the canvas. */
function abandon(editor: Editor, work: Work | null): SmartState {
  editor.finders.segmenter?.drop()
  editor.gesture.setDraft(noDraft)
  if (work && work.targetId !== null) editor.select([work.targetId])
  return idle
}

function accept(editor: Editor, work: Work, result: SmartResult): SmartState {
  if (!commitWork(editor, work, result)) return settle(editor, { ...work, accept: null })
  editor.finders.segmenter?.drop()
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Takes an answer up; what was to be accepted as soon as it is known is. */
function take(editor: Editor, work: Work, answer: SegmentAnswer): SmartState {
  const next = answered(work, answer)
  if (next === work) return rest(work)
  if (next.accept !== null && lastStep(next)?.found) return accept(editor, next, next.accept)
  return settle(editor, next)
}

/** A click on the same place again ends the object, as for other tools. */
function press(editor: Editor, work: Work, at: PointerAt, right: boolean, clicks: number): SmartState {
  if (clicks >= 2 && work.steps.length > 0) return finish(editor, work, editor.settings.smart.result)
  return { name: 'pressing', press: { from: at, right }, work }
}

function release(editor: Editor, work: Work, at: PointerAt, right: boolean): SmartState {
  const point = { ...clampPoint(at.image, editor.image), positive: isPositive(editor, at, right) }
  const asked = ask(editor, withPoint(editor, work, point))
  // The last click of an object, often its only one.
  return at.mod && asked.name === 'waiting' ? finish(editor, asked.work, editor.settings.smart.result) : asked
}

function boxTo(editor: Editor, from: PointerAt, at: PointerAt): Bounds {
  const [start, end] = [clampPoint(from.image, editor.image), clampPoint(at.image, editor.image)]
  return at.shift ? squareOfCorners(start, end, editor.image) : boundsOfCorners(start, end)
}

function closeBox(editor: Editor, work: Work, from: PointerAt, at: PointerAt): SmartState {
  const box = boxTo(editor, from, at)
  // Thinner than a pixel: a slip of the hand.
  if (box.maxX - box.minX < 1 || box.maxY - box.minY < 1) return leave(editor, work)
  return ask(editor, withBox(work, box))
}

/** A press that came to nothing: what was there before goes on. */
function leave(editor: Editor, work: Work): SmartState {
  return work.steps.length + work.undone.length > 0 ? settle(editor, work) : abandon(editor, work)
}

function finish(editor: Editor, work: Work, result: SmartResult): SmartState {
  if (work.ticket !== null) return { name: 'waiting', work: { ...work, accept: result } }
  return lastStep(work)?.found ? accept(editor, work, result) : ask(editor, work)
}

function back(editor: Editor, work: Work): SmartState {
  editor.finders.segmenter?.drop()
  return reached(editor, stepBack(work))
}

/** A step that was not answered when it was left is asked again. */
function reached(editor: Editor, work: Work): SmartState {
  const step = lastStep(work)
  return step && !step.found ? ask(editor, work) : settle(editor, work)
}

const forward = (editor: Editor, work: Work): SmartState => (work.undone.length > 0 ? reached(editor, stepForward(work)) : rest(work))

const inPicture = (editor: Editor, { image }: PointerAt): boolean =>
  image.x >= 0 && image.y >= 0 && image.x < editor.image.width && image.y < editor.image.height

/** Shows what a click here would find, where that costs nobody's time. */
function hoverAt(editor: Editor, hover: number | null, at: PointerAt): SmartState {
  const { segmenter } = editor.finders
  const wanted = editor.settings.smart.hover && segmenter?.ready && inPicture(editor, at) && isPositive(editor, at, false)
  if (!wanted) return hover === null ? idle : abandon(editor, null)
  const ground = groundOf(editor)
  const ticket = segmenter.glance({ ...ground, points: [{ ...at.image, positive: true }] })
  return { name: 'idle', hover: hover ?? ticket }
}

function showHover(editor: Editor, state: SmartState & { readonly name: 'idle' }, answer: SegmentAnswer): SmartState {
  if (state.hover === null || answer.ticket < state.hover || answer.kind === 'failed') return state
  const [found] = answer.candidates
  const { single } = editor
  const work = { targetId: single?.id ?? null, target: single, gone: false, fromTarget: false }
  const kept = asKept(editor, work, found ? proposedCandidate(editor, found, []) : null)
  editor.gesture.setDraft({ kind: 'smart', points: [], box: null, proposals: [], chosen: 0, ...kept, state: 'hover' })
  return state
}

const carried = {
  segmented: (editor: Editor, { work }: { readonly work: Work }, { answer }: { readonly answer: SegmentAnswer }) =>
    take(editor, work, answer),
  settings: (editor: Editor, { work }: { readonly work: Work }) => settle(editor, work),
  records: (editor: Editor, { work }: { readonly work: Work }) => {
    const next = followTarget(editor, work)
    return next === work ? rest(work) : settle(editor, next)
  },
  down: (
    editor: Editor,
    { work }: { readonly work: Work },
    { at, right, clicks }: { readonly at: PointerAt; readonly right: boolean; readonly clicks: number },
  ) => press(editor, work, at, right, clicks),
  finish: (editor: Editor, { work }: { readonly work: Work }) => finish(editor, work, editor.settings.smart.result),
  acceptAs: (editor: Editor, { work }: { readonly work: Work }, { result }: { readonly result: SmartResult }) =>
    finish(editor, work, result),
  back: (editor: Editor, { work }: { readonly work: Work }) => back(editor, work),
  forward: (editor: Editor, { work }: { readonly work: Work }) => forward(editor, work),
  cancel: (editor: Editor, { work }: { readonly work: Work }) => abandon(editor, work),
} as const

/** What an answer changes while a button is down is shown when it is let go. */
const whilePressed = <S extends { readonly work: Work }>(_: Editor, state: S, { answer }: { readonly answer: SegmentAnswer }): S => ({
  ...state,
  work: answered({ ...state.work, accept: null }, answer),
})

const targetWhilePressed = <S extends { readonly work: Work }>(editor: Editor, state: S): S => ({
  ...state,
  work: followTarget(editor, state.work),
})

/** Smart select: clicks on the object or beside it, or a box around it, and the model finds its pixels. Enter keeps them, as does a click with Ctrl. */
export const smartTool: Tool<SmartState> = {
  id: 'smart',
  right: 'all',
  start: idle,
  keep: (_, state) => (state.name === 'idle' || state.work.steps.length < fewestClicks ? null : keptWork(state.work)),
  keepLive(editor, state) {
    if (state.name === 'idle') return null
    const work: Work = { ...state.work, ticket: null, accept: null }
    return () => reached(editor, work)
  },
  resume(editor, kept) {
    const work = workOf(editor, kept)
    return work && ask(editor, work)
  },
  table: {
    idle: {
      move: (editor, { hover }, { at }) => hoverAt(editor, hover, at),
      leave: (editor, { hover }) => (hover === null ? idle : abandon(editor, null)),
      segmented: (editor, state, { answer }) => showHover(editor, state, answer),
      settings: (editor, { hover }) => (hover === null ? idle : abandon(editor, null)),
      down(editor, _, { at, right }) {
        const work = inPicture(editor, at) && editor.finders.segmenter ? beginWork(editor) : null
        if (!work) return abandon(editor, null)
        editor.finders.segmenter?.drop()
        if (!editor.look.masks) editor.setLook({ masks: true })
        show(editor, work)
        return { name: 'pressing', press: { from: at, right }, work }
      },
      finish(editor) {
        const work = editor.finders.segmenter ? beginFromTarget(editor) : null
        return work ? ask(editor, work) : abandon(editor, null)
      },
    },
    pressing: {
      move(editor, state, { at }) {
        const { from, right } = state.press
        if (right || !isDrag(from, at)) return state
        show(editor, state.work, boxTo(editor, from, at))
        return { name: 'boxing', from, work: state.work }
      },
      up: (editor, { press: { from, right }, work }) => release(editor, work, from, right),
      segmented: whilePressed,
      records: targetWhilePressed,
      back: (editor, { work }) => leave(editor, work),
      cancel: carried.cancel,
    },
    boxing: {
      move(editor, state, { at }) {
        show(editor, state.work, boxTo(editor, state.from, at))
        return state
      },
      up: (editor, { from, work }, { at }) => closeBox(editor, work, from, at),
      segmented: whilePressed,
      records: targetWhilePressed,
      back: (editor, { work }) => leave(editor, work),
      cancel: carried.cancel,
    },
    // Pressed before there is anything to choose from, the key is the tool's all the same: it must not take the focus elsewhere.
    waiting: { ...carried, candidate: (_editor, state) => state },
    showing: {
      ...carried,
      candidate: (editor, { work }, { by }) => settle(editor, otherCandidate(work, by)),
    },
    failed: carried,
    // One undo too many must not drop what redo could bring back.
    emptied: {
      down: carried.down,
      back: (_editor, state) => state,
      forward: carried.forward,
      settings: carried.settings,
      records: carried.records,
      cancel: carried.cancel,
    },
  },
}
