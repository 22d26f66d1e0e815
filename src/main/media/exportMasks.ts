import type { MaskLegend } from '../../shared/formats/maskLegend.ts'
import { paintedShape } from '../../shared/geometry/rasterize.ts'
import type { SourceKind } from '../db/records.ts'
import { orientationBack, turnBySize } from '../../shared/picture/turn.ts'
import type { ExportAnnotation, ExportItem, ExportRules } from './exportRecords.ts'
import { turnedMask } from './exifTurn.ts'
import { decodeIndexPng, encodeIndexPng, type IndexPng } from './indexPng.ts'
import { masksOf, voidIndex, type ReadAnnotation } from './itemReader.ts'
import { renderIndexMap, type LabelRegion } from './labelMap.ts'
import type { ProblemList } from './problemList.ts'
import { readSmallFile } from './safeFiles.ts'
import { readAsImported, reportReplaced } from './sourceFiles.ts'

export interface WrittenMask {
  relPath: string
  bytes: Uint8Array
}

const maxMaskBytes = 512 << 20

/** The masks of an item that no longer say what the project says, rendered by painter's order; those that still do are left to be copied. */
export async function exportMasks(
  root: string,
  item: ExportItem,
  rules: ExportRules,
  losses: ProblemList,
  used: Set<number>,
): Promise<WrittenMask[]> {
  if (!rules.hasMasks) return []
  const source = await readMask(root, item, 'classMask', losses, rules.legend)
  const aug = source ? null : await readMask(root, item, 'augMask', losses, rules.legend)
  const classes = source ?? aug
  const areas = item.annotations.filter((one) => paintedShape(one) !== null)
  if (!classes && areas.length === 0) return []
  reportUnpainted(areas, item, losses)
  for (const { maskIndex } of areas) if (maskIndex !== null) used.add(maskIndex)
  const size = { width: item.width, height: item.height }
  const fill = rules.background ? 0 : voidIndex
  const map = renderIndexMap({ ...size, fill, regions: areas.map((area) => toRegion(area, area.maskIndex)) })
  const written: WrittenMask[] = []
  const write: WriteMask = (png, { relPath, turn }) =>
    written.push({ relPath, bytes: encodeIndexPng(turnedMask(png, orientationBack(turn))) })
  const relPath = classes?.relPath ?? `SegmentationClass/${item.name}.png`
  if (!classes) await reportReplaced(root, relPath, losses)
  if (!classes?.png || !sameBytes(map, classes.png.indices)) {
    if (!rules.background && classes?.png) reportUncovered(map, classes.png.indices, relPath, losses)
    write(
      { ...(classes?.png ?? { ...size, kind: 'palette', bitDepth: 8, palette: null }), indices: map },
      { relPath, turn: classes?.turn ?? 1 },
    )
  }
  if (source && written.length > 0 && item.sources.some((file) => file.kind === 'augMask')) {
    losses.add({ file: relPath, code: 'voc/bad-mask', remark: 'augLeft', severity: 'warning' })
  }
  if (rules.hasObjectMasks) await exportObjectMask(root, item, areas, classes?.png ?? null, rules, losses, write)
  return written
}

interface SourceMask {
  relPath: string
  /** Upright. Null: it changed since the import, or cannot be read; it is written anew. */
  png: IndexPng | null
  /** How its file is turned to be upright. */
  turn: number
}

async function readMask(
  root: string,
  item: ExportItem,
  kind: SourceKind,
  losses: ProblemList,
  legend: MaskLegend | null,
): Promise<SourceMask | null> {
  const file = item.sources.find((one) => one.kind === kind)
  if (!file) return null
  const bytes = await readAsImported(root, file, (relPath) => readSmallFile(root, relPath, maxMaskBytes), losses)
  if (!bytes) return { relPath: file.relPath, png: null, turn: 1 }
  const png = decodeIndexPng(bytes, file.relPath, legend)
  const turn = turnBySize(png, item)
  // Another file was taken as the picture since, which is turned in another way.
  if (turn === null) {
    losses.add({ file: file.relPath, code: 'voc/size-mismatch', remark: 'writtenAnew', severity: 'warning' })
    return { relPath: file.relPath, png: null, turn: 1 }
  }
  return { relPath: file.relPath, png: turnedMask(png, turn), turn }
}

const toRegion = ({ id, region, z, shape }: ExportAnnotation, index: number | null): LabelRegion => ({ id, region, z, shape, index })

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

function reportUnpainted(areas: readonly ExportAnnotation[], item: ExportItem, losses: ProblemList): void {
  for (const { region, maskIndex, className } of areas) {
    if (region === 'void' || maskIndex !== null) continue
    const remark = className === null ? 'regionNameless' : 'noFreeIndex'
    losses.add({ file: item.relPath, code: 'voc/bad-mask', remark, facts: { name: className }, severity: 'warning' })
  }
}

/** Without a background class, pixels that lost their region become void. */
function reportUncovered(map: Uint8Array, before: Uint8Array, relPath: string, losses: ProblemList): void {
  let pixels = 0
  for (let i = 0; i < map.length; i++) if (map[i] === voidIndex && before[i] !== voidIndex) pixels++
  if (pixels === 0) return
  losses.add({ file: relPath, code: 'voc/bad-mask', remark: 'uncovered', facts: { pixels }, severity: 'note' })
}

type WriteMask = (png: IndexPng, to: Pick<SourceMask, 'relPath' | 'turn'>) => void

/** Objects keep their number, new ones get the next free; only pixels whose object changed are touched, whatever else the file held. */
async function exportObjectMask(
  root: string,
  item: ExportItem,
  areas: readonly ExportAnnotation[],
  classes: IndexPng | null,
  rules: ExportRules,
  losses: ProblemList,
  write: WriteMask,
): Promise<void> {
  const source = await readMask(root, item, 'objectMask', losses, null)
  const size = { width: item.width, height: item.height }
  const numbers = numberObjects(areas, source?.png ?? null)
  if (numbers.size === 0 && !source) return
  for (const [{ className }, number] of numbers) {
    if (number === null)
      losses.add({
        file: item.relPath,
        code: 'voc/bad-mask',
        remark: 'noObjectNumber',
        facts: { name: className },
        severity: 'warning',
      })
  }
  const now = renderIndexMap({ ...size, fill: 0, regions: areas.map((area) => toRegion(area, numbers.get(area) ?? 0)) })
  const relPath = source?.relPath ?? `SegmentationObject/${item.name}.png`
  if (!source) await reportReplaced(root, relPath, losses)
  if (!source?.png || !classes) return write({ ...size, kind: 'palette', bitDepth: 8, palette: null, indices: now }, { relPath, turn: 1 })
  const imported = masksOf(classes, 'classMask', source.png, rules)
  const before = renderIndexMap({ ...size, fill: 0, regions: imported.map(importedRegion) })
  const indices = source.png.indices.slice()
  let changed = false
  for (let i = 0; i < indices.length; i++) {
    if (now[i] === before[i] || indices[i] === now[i]) continue
    indices[i] = now[i]!
    changed = true
  }
  if (changed) write({ ...source.png, indices }, source)
}

const importedRegion = ({ region, z, shape, source }: ReadAnnotation, i: number): LabelRegion => ({
  id: String(i).padStart(9, '0'),
  region,
  z,
  shape,
  index: source.kind === 'objectMask' ? source.index : 0,
})

function numberObjects(areas: readonly ExportAnnotation[], source: IndexPng | null): Map<ExportAnnotation, number | null> {
  const taken = new Set<number>(source ? source.indices : [])
  const numbers = new Map<ExportAnnotation, number | null>()
  let next = 1
  for (const area of areas) {
    if (area.region === 'void') continue
    if (area.origin?.kind === 'objectMask') numbers.set(area, area.origin.index)
    else if (area.origin === null) {
      while (taken.has(next)) next++
      numbers.set(area, next <= 254 ? next : null)
      taken.add(next)
    }
  }
  return numbers
}
