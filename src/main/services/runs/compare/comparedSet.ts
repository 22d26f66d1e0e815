import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../../shared/errors.ts'
import { uniteClasses, type ClassUnion } from '../../../../shared/comparison/classMatch.ts'
import type { ComparedItems } from '../../../../shared/model/comparedItems.ts'
import type { Run } from '../../../../shared/model/run.ts'
import type { Snapshot, SnapshotItem } from '../../../../shared/model/snapshot.ts'
import { promptedMask } from '../../../../shared/model/samTune.ts'
import { parseTrainConfig } from '../../../../shared/model/trainConfigParse.ts'
import type { ProjectStore } from '../../../db/store.ts'
import { insideRoot } from '../../../media/safeFiles.ts'
import type { FrozenPicture } from '../../snapshot/frozenPictures.ts'
import { listCheckpoints, runFolderOf, writeWhole, type CheckpointInfo } from '../runFolder.ts'
import { pinnedLabel, readRunSnapshot } from './seenData.ts'
import { markOf, unreadableMarks } from './setAside.ts'
import { readSnapshotHead } from './snapshotHead.ts'

/** Another way to draw or count makes other files. */
const version = 1

export const comparisonsFolder = (projectFolder: string): string => path.join(projectFolder, 'cache', 'comparisons')

export interface PredictingRun {
  readonly run: Run
  readonly checkpoint: CheckpointInfo | null
  readonly classes: Snapshot['classes']
  /** Where its predictions lie; null without a checkpoint. */
  readonly folder: string | null
  readonly key: string | null
}

/** The pictures that runs are compared on, and where everything about them lies. */
export interface ComparedSet {
  readonly key: string
  readonly folder: string
  readonly items: ComparedItems['items']
  /** The same pictures as the baseline froze them, where they lie now. */
  readonly frozen: readonly FrozenPicture[]
  readonly classes: Snapshot['classes']
  readonly total: number
  readonly gone: number
  readonly runs: readonly PredictingRun[]
  /** The baseline's classes come first, then those of each run. */
  readonly union: ClassUnion
}

/** The validation pictures of the baseline, as they are now, for some runs; nothing is computed. Errors: run/not-found, input/invalid. */
export async function findComparedSet(
  store: ProjectStore,
  input: { readonly runIds: readonly string[]; readonly baselineId: string; readonly limit: number },
): Promise<ComparedSet> {
  if (!input.runIds.includes(input.baselineId)) throw new AppError('input/invalid', 'the baseline is one of the compared runs')
  const { config } = await store.call('runs.get', { runId: input.baselineId })
  const snapshot = await readRunSnapshot(store.folder, input.baselineId)
  const valSplits = parseTrainConfig(config).config?.data.valSplits ?? []
  const wanted = snapshot ? snapshot.items.filter((item) => item.split.some((split) => valSplits.includes(split))) : []
  const roots = (await store.call('datasets.list', {})).map(({ rootPath }) => rootPath)
  const chosen = spread(wanted, input.limit)
  const unreadable = await unreadableMarks(comparisonsFolder(store.folder))
  const found = await Promise.all(chosen.map((item) => findFiles(store, input.baselineId, item, { roots, unreadable })))
  const items = found.filter((item) => item !== null)
  const hashes = new Map(chosen.map(({ id, imageSha256 }) => [id, imageSha256]))
  const classes = snapshot?.classes ?? []
  const key = createHash('sha256')
    .update(JSON.stringify([version, snapshot?.hash, classes, items.map(({ id, name }) => [id, name])]))
    .digest('hex')
    .slice(0, 20)
  const folder = path.join(comparisonsFolder(store.folder), key)
  const runs = await Promise.all(input.runIds.map((runId) => predictingRun(store, runId, key, folder)))
  return {
    key,
    folder,
    items,
    frozen: items.map((item) => ({ ...item, imageSha256: hashes.get(item.id) })),
    classes,
    total: wanted.length,
    gone: chosen.length - items.length,
    runs,
    union: uniteClasses([classes, ...runs.map((each) => each.classes)]),
  }
}

/** So many of them, evenly. */
function spread<T>(all: readonly T[], limit: number): T[] {
  const count = Math.min(limit, all.length)
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!)
}

/**
 * A picture is that of its item in the project, or lies inside a folder that the project links; a run that came from elsewhere cannot name other
 * files. Null where picture or labels are no longer there, or could not be read as they are.
 */
async function findFiles(
  store: ProjectStore,
  runId: string,
  item: SnapshotItem,
  { roots, unreadable }: { roots: readonly string[]; unreadable: ReadonlySet<string> },
): Promise<ComparedItems['items'][number] | null> {
  const labelPath = pinnedLabel(store.folder, runId, item.labelPath)
  const inProject = async (): Promise<string> => {
    const { rootPath, relPath } = await store.call('items.files', { itemId: item.id })
    return insideRoot(rootPath, relPath)
  }
  const inRoots = async (): Promise<string> => {
    const root = roots.find((each) => item.imagePath.startsWith(each + path.sep))
    if (root === undefined) throw new AppError('file/not-found', `${item.name} is no longer there`, { file: item.name })
    return insideRoot(root, path.relative(root, item.imagePath))
  }
  try {
    const imagePath = await inProject().catch(inRoots)
    const marks = await Promise.all([markOf(imagePath), markOf(imagePath, item.imageSha256), markOf(labelPath)])
    if (marks.some((mark) => unreadable.has(mark))) return null
    return { id: item.id, name: item.name, imagePath, labelPath, width: item.width, height: item.height }
  } catch {
    return null
  }
}

async function predictingRun(store: ProjectStore, runId: string, setKey: string, setFolder: string): Promise<PredictingRun> {
  const { run } = await store.call('runs.get', { runId })
  const checkpoints = await listCheckpoints(runFolderOf(store.folder, runId))
  const checkpoint = checkpoints.find(({ best }) => best) ?? checkpoints.at(-1) ?? null
  const snapshot = (await readSnapshotHead(store.folder, runId)) ?? (await readRunSnapshot(store.folder, runId))
  // A SAM says nothing of a picture before somebody points at something.
  const usable = checkpoint && snapshot && run.taskId !== promptedMask
  return {
    run,
    checkpoint: usable ? checkpoint : null,
    classes: snapshot?.classes ?? [],
    folder: usable ? path.join(setFolder, `${runId}-${checkpoint.name}`) : null,
    key: usable ? `${setKey}.${runId}.${checkpoint.name}` : null,
  }
}

/** Writes what the compute process reads; answers with its path. */
export async function writeItems(set: ComparedSet): Promise<string> {
  await mkdir(set.folder, { recursive: true })
  const file = path.join(set.folder, 'items.json')
  await writeWhole(file, JSON.stringify({ classes: set.classes, items: set.items } satisfies ComparedItems))
  return file
}

/** Where the disagreement of these runs lies, in whatever order they are asked for. */
export function pairsFileOf(set: ComparedSet, runs: readonly PredictingRun[]): { file: string; sorted: PredictingRun[] } {
  const sorted = [...runs].sort((a, b) => (a.key! < b.key! ? -1 : 1))
  const name = createHash('sha256')
    .update(JSON.stringify(sorted.map((each) => [each.key, each.classes])))
    .digest('hex')
    .slice(0, 20)
  return { file: path.join(set.folder, `pairs-${name}.json`), sorted }
}
