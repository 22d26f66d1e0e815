import { clipBounds } from '../../../../shared/geometry/box.ts'
import { maskOfSpans } from '../../../../shared/geometry/maskSpans.ts'
import { isRegion, regionSpans } from '../../../../shared/geometry/regions.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Editor } from '../../engine/editor.ts'
import type { Candidate, PromptPoint, SegmentAnswer, SegmentPrompt } from '../../engine/segmenter.ts'
import type { ToolSettings } from '../../engine/settings.ts'
import type { Kept } from '../kept.ts'

/** What becomes of an accepted object. */
export type SmartResult = ToolSettings['smart']['result']

/** What a click, a box or a start added, with what the model made of it. */
interface Step {
  readonly prompt: SegmentPrompt
  readonly found: Extract<SegmentAnswer, { kind: 'found' }> | null
  /** Which of the candidates is shown. */
  readonly chosen: number
}

/** An object under way: the steps that led to it, and those that were taken back. */
export interface Work {
  readonly steps: readonly Step[]
  /** The one taken back last stands last. */
  readonly undone: readonly Step[]
  /** The region that was selected when it began. */
  readonly targetId: Id | null
  /** What that was when it began. */
  readonly target: Annotation | null
  /** It is there no more. */
  readonly gone: boolean
  /** It began from that region: a new object gets its class. */
  readonly fromTarget: boolean
  /** The answer that is waited for. */
  readonly ticket: number | null
  /** Enter was pressed before the answer came: what it is accepted as. */
  readonly accept: SmartResult | null
}

const noPrompt: SegmentPrompt = { points: [], box: null, start: null, previous: null }

export const lastStep = ({ steps }: Pick<Work, 'steps'>): Step | null => steps.at(-1) ?? null

export const promptOf = (work: Pick<Work, 'steps'>): SegmentPrompt => lastStep(work)?.prompt ?? noPrompt

/** The candidate on show; null while nothing is known. */
export function chosenOf(work: Pick<Work, 'steps'>): Candidate | null {
  const step = lastStep(work)
  return step?.found?.candidates[step.chosen] ?? null
}

/** What was known last, for as long as the newest step has no answer. */
export function shownOf({ steps }: Pick<Work, 'steps'>): Candidate | null {
  const known = steps.findLast((step) => step.found !== null)
  return known?.found?.candidates[known.chosen] ?? null
}

/** The one selected region; null when there is none. */
function targetOf(editor: Editor): Annotation | null {
  const { single } = editor
  return single && isRegion(single.shape) ? single : null
}

/** What the model is told of a region that is to be corrected, as far as it lies in the picture: a box as it is, others by their pixels. */
function startOf(editor: Editor, record: Annotation): Pick<SegmentPrompt, 'box' | 'start'> {
  const { shape } = record
  if (shape.kind === 'box') return { box: clipBounds(shapeBounds(shape), editor.image), start: null }
  return { box: null, start: isRegion(shape) ? maskOfSpans(regionSpans(shape, editor.image)) : null }
}

/** What a first click would go on from: the selected region when that is to be replaced. */
export function groundOf(editor: Editor): SegmentPrompt {
  const target = editor.settings.smart.result === 'replace' ? targetOf(editor) : null
  return target ? { ...noPrompt, ...startOf(editor, target) } : noPrompt
}

const aimedAt = (target: Annotation | null): Pick<Work, 'targetId' | 'target' | 'gone'> => ({
  targetId: target?.id ?? null,
  target,
  gone: false,
})

/** With whether the region that was selected is still there; the same work where that is as it was. An Enter that meant to change it is taken back. */
export function followTarget(editor: Editor, work: Work): Work {
  const gone = work.targetId !== null && !editor.records.has(work.targetId)
  if (gone === work.gone) return work
  if (gone && editor.settings.smart.result !== 'new') editor.targetGone()
  return { ...work, gone, accept: work.accept === 'new' ? work.accept : null }
}

/** An object begins; null, and said, when the selected one it would change is locked. */
export function beginWork(editor: Editor): Work | null {
  const target = targetOf(editor)
  if (target && editor.settings.smart.result !== 'new' && editor.holds(target)) return null
  return { steps: [], undone: [], ...aimedAt(target), fromTarget: false, ticket: null, accept: null }
}

/** An object begins with the selected region itself; null when no single one is selected. */
export function beginFromTarget(editor: Editor): Work | null {
  const [work, target] = [beginWork(editor), targetOf(editor)]
  if (!work || !target) return null
  const prompt: SegmentPrompt = { ...noPrompt, ...startOf(editor, target), box: clipBounds(shapeBounds(target.shape), editor.image) }
  return { ...work, fromTarget: true, steps: [{ prompt, found: null, chosen: 0 }] }
}

function withPrompt(work: Work, prompt: SegmentPrompt): Work {
  return { ...work, steps: [...work.steps, { prompt, found: null, chosen: 0 }], undone: [], accept: null }
}

/** With one more click, which corrects what is on show. */
export function withPoint(editor: Editor, work: Work, point: PromptPoint): Work {
  const before = lastStep(work)?.prompt ?? groundOf(editor)
  return withPrompt(work, { ...before, points: [...before.points, point], previous: chosenOf(work) ?? before.previous })
}

/** With a box around the object in place of an earlier one; what was found without it counts no more. */
export function withBox(work: Work, box: Bounds): Work {
  return withPrompt(work, { ...promptOf(work), box, start: null, previous: null })
}

export function stepBack(work: Work): Work {
  const { steps, undone } = work
  return { ...work, steps: steps.slice(0, -1), undone: [...undone, ...steps.slice(-1)], ticket: null, accept: null }
}

export function stepForward(work: Work): Work {
  const { steps, undone } = work
  return { ...work, steps: [...steps, ...undone.slice(-1)], undone: undone.slice(0, -1), ticket: null, accept: null }
}

/** With the answer to its newest step; the same work when it waits for another one. */
export function answered(work: Work, answer: SegmentAnswer): Work {
  const step = lastStep(work)
  if (!step || answer.ticket !== work.ticket) return work
  if (answer.kind === 'failed') return { ...work, ticket: null, accept: null }
  const known: Step = { ...step, found: answer, chosen: 0 }
  return { ...work, steps: [...work.steps.slice(0, -1), known], ticket: null }
}

export function otherCandidate(work: Work, by: number): Work {
  const step = lastStep(work)
  const count = step?.found?.candidates.length ?? 0
  if (!step || count === 0) return work
  return { ...work, steps: [...work.steps.slice(0, -1), { ...step, chosen: (((step.chosen + by) % count) + count) % count }] }
}

export const keptWork = ({ steps, targetId, fromTarget }: Work): Kept => ({
  kind: 'smart',
  prompts: steps.map(({ prompt: { points, box, start } }) => ({ points: [...points], box, start })),
  targetId,
  fromTarget,
})

/** The same clicks, of which nothing is known yet; an object that is gone is not changed. */
export function workOf(editor: Editor, kept: Kept): Work | null {
  if (kept.kind !== 'smart') return null
  const target = (kept.targetId !== null && editor.records.get(kept.targetId)) || null
  const steps = kept.prompts.map((prompt): Step => ({ prompt: { ...prompt, previous: null }, found: null, chosen: 0 }))
  return { steps, undone: [], ...aimedAt(target), fromTarget: target !== null && kept.fromTarget, ticket: null, accept: null }
}
