import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ComparedData } from '../../../../shared/api/page/comparisons.ts'
import { diffData, splitCounts, type DataDiff, type SeenData } from '../../../../shared/comparison/dataDiff.ts'
import { snapshotSchema, type Snapshot } from '../../../../shared/model/snapshot.ts'
import type { ProjectStore } from '../../../db/store.ts'
import { runFolderOf } from '../runFolder.ts'
import { readSnapshotHead } from './snapshotHead.ts'

/** What a run froze; null where its folder does not say. */
export async function readRunSnapshot(projectFolder: string, runId: string): Promise<Snapshot | null> {
  try {
    return snapshotSchema.parse(JSON.parse(await readFile(path.join(runFolderOf(projectFolder, runId), 'snapshot.json'), 'utf8')))
  } catch {
    return null
  }
}

/** The last part of a path of any system: a packed run may come from another one. Label maps are named by ids, which have no separators. */
export const fileNameOf = (anyPath: string): string => path.win32.basename(anyPath)

/** The label map that a run keeps for an item: in its own folder, whatever path a snapshot from elsewhere names. */
export const pinnedLabel = (projectFolder: string, runId: string, labelPath: string): string =>
  path.join(runFolderOf(projectFolder, runId), 'labels', fileNameOf(labelPath))

interface Frozen {
  readonly runId: string
  readonly snapshot: Snapshot | null
}

/** What each run saw, and how that differs from the baseline's. */
export async function compareData(
  store: ProjectStore,
  runIds: readonly string[],
  baselineId: string,
  listed: number,
): Promise<ComparedData[]> {
  const baseline = { runId: baselineId, snapshot: await readRunSnapshot(store.folder, baselineId) }
  const datasets = new Map((await store.call('datasets.list', {})).map(({ id, name }) => [id, name]))
  const compared: ComparedData[] = []
  // One after the other, so that no more than two snapshots are held.
  for (const runId of runIds) {
    const snapshot = runId === baselineId ? baseline.snapshot : await snapshotBeside(baseline, store.folder, runId)
    const diff = await diffOf(store.folder, baseline, { runId, snapshot })
    compared.push({
      runId,
      seen: snapshot && {
        hash: snapshot.hash,
        dataset: datasets.get(snapshot.datasetId) ?? null,
        otherDatasets: (snapshot.otherDatasets ?? []).map(({ name }) => name),
        classes: snapshot.classes,
        items: snapshot.items.length,
        splits: splitCounts(seenOf(snapshot, () => null).items),
      },
      diff: diff && shortened(diff, listed),
    })
  }
  return compared
}

/** The snapshot of a run; its items are those of the baseline where the hash of both is the same. */
async function snapshotBeside(baseline: Frozen, projectFolder: string, runId: string): Promise<Snapshot | null> {
  const head = baseline.snapshot && (await readSnapshotHead(projectFolder, runId))
  return head && head.hash === baseline.snapshot?.hash ? { ...head, items: baseline.snapshot.items } : readRunSnapshot(projectFolder, runId)
}

async function diffOf(projectFolder: string, baseline: Frozen, other: Frozen): Promise<DataDiff | null> {
  if (!baseline.snapshot || !other.snapshot) return null
  const [a, b] = [baseline.snapshot, other.snapshot]
  const digests = [a, b].every(({ items }) => items.every(({ digest }) => digest !== undefined))
  const byDigest = (item: Snapshot['items'][number]): string | null => item.digest ?? null
  if (a.hash === b.hash || digests) return diffData(seenOf(a, byDigest), seenOf(b, byDigest))
  // Maps of the same classes are alike exactly where their pixels are; of other classes they say nothing.
  const numbered = ({ classes }: Snapshot): string => JSON.stringify(classes.map(({ id, name }) => [id, name]))
  if (numbered(a) !== numbered(b))
    return diffData(
      seenOf(a, () => null),
      seenOf(b, () => null),
    )
  const [ofA, ofB] = await Promise.all([baseline, other].map(({ runId, snapshot }) => mapHashes(projectFolder, runId, snapshot!)))
  return diffData(
    seenOf(a, ({ id }) => ofA!.get(id) ?? null),
    seenOf(b, ({ id }) => ofB!.get(id) ?? null),
  )
}

const seenOf = ({ hash, datasetId, classes, items }: Snapshot, labelsOf: (item: Snapshot['items'][number]) => string | null): SeenData => ({
  hash,
  datasetId,
  classes,
  items: items.map((item) => ({
    id: item.id,
    name: item.name,
    splits: item.split,
    image: item.imageSha256 ?? null,
    labels: labelsOf(item),
  })),
})

const filesAtOnce = 32

async function mapHashes(projectFolder: string, runId: string, { items }: Snapshot): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (let at = 0; at < items.length; at += filesAtOnce)
    await Promise.all(
      items.slice(at, at + filesAtOnce).map(async ({ id, labelPath }) => {
        const bytes = await readFile(pinnedLabel(projectFolder, runId, labelPath)).catch(() => null)
        if (bytes) hashes.set(id, createHash('sha256').update(bytes).digest('hex'))
      }),
    )
  return hashes
}

function shortened(diff: DataDiff, listed: number): NonNullable<ComparedData['diff']> {
  const some = (names: readonly string[]) => ({ count: names.length, names: names.slice(0, listed) })
  const { classes, moved } = diff
  return {
    same: diff.same,
    onlyInBaseline: some(diff.onlyInBaseline),
    onlyHere: some(diff.onlyHere),
    changedPictures: some(diff.changedPictures),
    changedLabels: some(diff.changedLabels),
    unknown: diff.unknown,
    moved: {
      count: moved.length,
      items: moved.slice(0, listed).map(({ name, from, to }) => ({ name, from: [...from], to: [...to] })),
    },
    classes: {
      added: [...classes.added],
      missing: [...classes.missing],
      renamed: [...classes.renamed],
      recoloured: [...classes.recoloured],
      renumbered: [...classes.renumbered],
    },
  }
}
