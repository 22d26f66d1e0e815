import { combineRegions, isRegion, regionPolygon, type RegionShape } from '../../../../shared/geometry/regions.ts'
import { simplifyPolygon } from '../../../../shared/geometry/simplify.ts'
import type { Annotation, Edit } from '../../../../shared/model/annotation.ts'
import type { MaskShape, PolygonShape } from '../../../../shared/model/shape.ts'
import type { Gesture } from '../../engine/actions.ts'
import type { Editor } from '../../engine/editor.ts'
import { editTarget } from '../../engine/edits.ts'
import type { Candidate } from '../../engine/segmenter.ts'
import { chosenOf, lastStep, type SmartResult, type Work } from './work.ts'

const simplified = new WeakMap<MaskShape, { readonly tolerancePx: number; readonly polygon: PolygonShape | null }>()

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

/** Keeps the candidate on show as one entry, selected; false, and nothing done, when there is none or it was refused. */
export function commitWork(editor: Editor, work: Work, wanted: SmartResult): boolean {
  const candidate = chosenOf(work)
  if (!candidate) return false
  const result = resultOf(editor, work, wanted)
  const edit = result === 'new' ? creation(editor, work, candidate, wanted) : change(editor, work, candidate, result)
  if (!edit || !editor.commit(gestureOf[result], [edit])) return false
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

function creation(editor: Editor, work: Work, candidate: Candidate, wanted: SmartResult): Edit {
  const annotation = { ...editor.newRecord(proposedShape(editor, candidate)), ...originOf(work) }
  // What was to go on in a region that is gone is still of its class.
  const origin = work.fromTarget || (work.gone && wanted !== 'new') ? work.target : null
  const same = origin ? { classId: origin.classId, region: origin.region, attributes: origin.attributes } : {}
  return { op: 'create', annotation: { ...annotation, ...same } }
}

function change(editor: Editor, work: Work, candidate: Candidate, result: Exclude<SmartResult, 'new'>): Edit | null {
  const record = editor.records.get(work.targetId!)
  if (!record) editor.changesNothing(gestureOf[result])
  if (!record || !isRegion(record.shape)) return null
  const { id, rev } = record
  const found = proposedShape(editor, candidate)
  const op = result === 'add' ? 'union' : 'subtract'
  const shape = result === 'replace' ? found : combineRegions(record.shape, found, op, editor.image)
  // What is only added to or cut stays whose it was.
  const origin = result === 'replace' ? originOf(work) : {}
  return shape ? { op: 'update', id, rev, patch: { shape, ...origin } } : { op: 'delete', id, rev }
}
