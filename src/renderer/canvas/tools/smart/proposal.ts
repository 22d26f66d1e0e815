import { combineRegions, isRegion, regionPolygon, type RegionShape } from '../../../../shared/geometry/regions.ts'
import { simplifyPolygon } from '../../../../shared/geometry/simplify.ts'
import { withoutSpecks } from '../../../../shared/geometry/smallRegions.ts'
import type { Annotation, Edit } from '../../../../shared/model/annotation.ts'
import type { MaskShape, PolygonShape } from '../../../../shared/model/shape.ts'
import { claim, type Claim, type Painter } from '../../../../shared/painting/protection.ts'
import type { Gesture } from '../../engine/actions.ts'
import { groundOf } from '../../engine/brush.ts'
import type { Editor } from '../../engine/editor.ts'
import { editTarget } from '../../engine/edits.ts'
import type { Candidate, PromptPoint } from '../../engine/segmenter.ts'
import { chosenOf, lastStep, promptOf, type SmartResult, type Work } from './work.ts'

const simplified = new WeakMap<MaskShape, { readonly tolerancePx: number; readonly polygon: PolygonShape | null }>()

const cleaned = new WeakMap<MaskShape, { readonly percent: number; readonly points: readonly PromptPoint[]; readonly mask: MaskShape }>()

/** A candidate without the specks that a model leaves beside an object and in it; what is clicked is no speck. */
export function proposedCandidate(editor: Editor, candidate: Candidate, points: readonly PromptPoint[]): Candidate {
  const percent = editor.settings.smart.smallestPartPercent
  let known = cleaned.get(candidate.mask)
  if (known?.percent !== percent || known.points !== points) {
    known = { percent, points, mask: withoutSpecks(candidate.mask, editor.image, percent / 100, points) }
    cleaned.set(candidate.mask, known)
  }
  return known.mask === candidate.mask ? candidate : { ...candidate, mask: known.mask }
}

/** A candidate as it would be kept: its pixels, or their outline within the tolerance. */
export function proposedShape(editor: Editor, { mask }: Candidate): RegionShape {
  const { output, tolerancePx } = editor.settings.smart
  if (output === 'mask') return mask
  const known = simplified.get(mask)
  if (known?.tolerancePx === tolerancePx) return known.polygon ?? mask
  const outline = regionPolygon(mask)
  const polygon = outline && tolerancePx > 0 ? simplifyPolygon(outline, tolerancePx) : outline
  simplified.set(mask, { tolerancePx, polygon })
  return polygon ?? mask
}

/** Of an object under way: which region was selected when it began, and whether it began from that. */
export type Beginning = Pick<Work, 'targetId' | 'fromTarget' | 'target' | 'gone'>

const gestureOf = {
  new: 'smartNew',
  replace: 'smartReplace',
  add: 'smartAdd',
  subtract: 'smartSubtract',
} as const satisfies Record<SmartResult, Gesture>

/** What it would be accepted as now: without a region to change, a new object; what was to be taken from one that is gone becomes none. */
export function resultOf(editor: Editor, { targetId }: Pick<Work, 'targetId'>, wanted: SmartResult): SmartResult {
  const target = targetId === null ? undefined : editor.records.get(targetId)
  if (target) return isRegion(target.shape) ? wanted : 'new'
  return targetId !== null && wanted === 'subtract' ? wanted : 'new'
}

/** The region whose class a new object has: it began from that, or was to go on in it and it is gone. */
const continued = ({ fromTarget, gone, target }: Beginning, wanted: SmartResult): Annotation | null =>
  fromTarget || (gone && wanted !== 'new') ? target : null

/** Who paints: the region that is changed, or a new object of the class that is drawn next or gone on with. */
function painterOf({ records, pen }: Editor, work: Beginning, result: SmartResult, wanted: SmartResult): Painter {
  const target = work.targetId === null ? undefined : records.get(work.targetId)
  if (target && result !== 'new') return target
  const { classId, region } = continued(work, wanted) ?? { classId: pen.classId, region: pen.drawsVoid ? 'void' : 'object' }
  return { id: null, classId, region }
}

/** What a found shape may have of the picture, as anything that is painted: what is cut away is cut away from its target only. */
export function claimOf(editor: Editor, work: Beginning, wanted: SmartResult, shape: RegionShape): Claim {
  const result = resultOf(editor, work, wanted)
  return result === 'subtract'
    ? { shape, meetsLockedVoid: false, cuts: [] }
    : claim(groundOf(editor), painterOf(editor, work, result, wanted), shape)
}

/** Keeps the candidate on show as one entry, selected; false, and nothing done, when there is none, nothing of it is free, or it was refused. */
export function commitWork(editor: Editor, work: Work, wanted: SmartResult): boolean {
  const chosen = chosenOf(work)
  if (!chosen) return false
  const candidate = proposedCandidate(editor, chosen, promptOf(work).points)
  const result = resultOf(editor, work, wanted)
  const { shape, meetsLockedVoid, cuts } = claimOf(editor, work, wanted, proposedShape(editor, candidate))
  if (!shape) editor.changesNothing(gestureOf[result])
  const edit = shape && (result === 'new' ? creation(editor, work, shape, wanted) : change(editor, work, shape, result))
  if (!edit || !editor.commit(gestureOf[result], [edit, ...cuts])) return false
  if (meetsLockedVoid) editor.voidKept()
  const id = editTarget(edit)
  editor.select([id])
  editor.reveal(editor.records.get(id)?.shape.kind === 'mask' ? 'masks' : 'shapes', id)
  return true
}

/** Who found it. */
function originOf(work: Work): { provenance?: Annotation['provenance'] } {
  const found = lastStep(work)?.found
  return found ? { provenance: { kind: 'assist', modelId: found.modelId, name: found.modelName } } : {}
}

function creation(editor: Editor, work: Work, found: RegionShape, wanted: SmartResult): Edit {
  const annotation = { ...editor.newRecord(found), ...originOf(work) }
  const origin = continued(work, wanted)
  const same = origin ? { classId: origin.classId, region: origin.region, attributes: origin.attributes } : {}
  return { op: 'create', annotation: { ...annotation, ...same } }
}

function change(editor: Editor, work: Work, found: RegionShape, result: Exclude<SmartResult, 'new'>): Edit | null {
  const record = editor.records.get(work.targetId!)
  if (!record) editor.changesNothing(gestureOf[result])
  if (!record || !isRegion(record.shape)) return null
  const { id, rev } = record
  const op = result === 'add' ? 'union' : 'subtract'
  const shape = result === 'replace' ? found : combineRegions(record.shape, found, op, editor.image)
  // What is only added to or cut stays whose it was.
  const origin = result === 'replace' ? originOf(work) : {}
  return shape ? { op: 'update', id, rev, patch: { shape, ...origin } } : { op: 'delete', id, rev }
}
