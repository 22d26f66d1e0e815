import type { Annotation, Edit, EditResult } from '../../shared/model/annotation.ts'
import type { AttributeField, AttributeSchema } from '../../shared/model/attributeSchema.ts'
import type { Batch } from '../../shared/model/batch.ts'
import type { DatasetCertainty } from '../../shared/model/certainty.ts'
import type { Comment, CommentAction } from '../../shared/model/comment.ts'
import type { ClassRecord, Dataset, Dialect, FileProblem } from '../../shared/model/dataset.ts'
import type { DeletedAnnotation, HistoryEntry, RestorePoint } from '../../shared/model/history.ts'
import type { Item, ItemFilter, ItemStatus } from '../../shared/model/item.ts'
import type { Instructions } from '../../shared/model/itemFacts.ts'
import type { NextAnswer, NextRule } from '../../shared/model/nextRule.ts'
import type { Pace } from '../../shared/model/pace.ts'
import type { PictureChange } from '../../shared/model/pictureChange.ts'
import type { ModelRecord } from '../../shared/model/modelRecord.ts'
import type { CurveAxis, CurveName, CurvePoint, DrawnCurve, RunCurves } from '../../shared/model/curve.ts'
import type { Finding } from '../../shared/model/finding.ts'
import type { ClassTable, MetricPoint, Run } from '../../shared/model/run.ts'
import type { Verdict } from '../../shared/model/verdict.ts'
import type { ImportedClass, ImportedItem, ImportedSplit, ItemFiles, ItemObjects, LabelledItem, PictureFileFacts } from './records.ts'

/** A dataset as stored; whether its folder is there now is for the caller to look at. */
export type StoredDataset = Omit<Dataset, 'missing'>

export type ProjectMeta = { id: string; name: string; createdAt: number; schemaVersion: number }

export type NewRun = Pick<Run, 'id' | 'taskId' | 'datasetId' | 'snapshotHash' | 'totalSteps' | 'totalEpochs'> & {
  /** null: 'Run <number>' in the caller's language is up to the page; stored as '#<number>'. */
  name: string | null
  config: Record<string, unknown>
}
export type RunPatch = Partial<Omit<Run, 'id' | 'number' | 'taskId' | 'datasetId' | 'attempt' | 'createdAt'>>
export type StoredRun = { run: Run; config: Record<string, unknown>; classTable: ClassTable | null; findings: Finding[] }

export type RunAttempt = { attempt: number; fromStep: number; startedAt: number }

type Nothing = Record<string, never>
type FactsChange = { changed: number; datasetIds: string[]; entryIds: string[] }

/** Answered by the reader thread. A method's errors are those of the page method that uses it ('…/not-found'). */
export interface StoreReads {
  'certainty.ofDataset': (input: { datasetId: string }) => DatasetCertainty[]
  'items.leastCertain': (input: { datasetId: string; filter: ItemFilter; limit: number }) => { id: string; name: string; score: number }[]
  /** The pictures that a model looked at last. */
  'certainty.known': (input: { datasetId: string; modelId: string }) => string[]
  'project.meta': (input: Nothing) => ProjectMeta
  'datasets.list': (input: Nothing) => StoredDataset[]
  'datasets.get': (input: { datasetId: string }) => StoredDataset
  /** `dayStart`: when the day began where the user is. Errors: dataset/not-found. */
  'datasets.pace': (input: { datasetId: string; dayStart: number }) => Pace
  'datasets.problems': (input: { datasetId: string }) => FileProblem[]
  /** Errors: dataset/not-found. */
  'attributes.schema': (input: { datasetId: string }) => AttributeSchema
  /** Every tag that was ever used in the dataset, with how many pictures have it now. */
  'datasets.tags': (input: { datasetId: string }) => { name: string; items: number }[]
  'classes.list': (input: { datasetId: string }) => ClassRecord[]
  /** Class id -> its name in the source folder (null: made here), to tell a renamed class. */
  'classes.sourceNames': (input: { datasetId: string }) => Record<string, string | null>
  'items.window': (input: { datasetId: string; filter: ItemFilter; offset: number; limit: number }) => {
    total: number
    offset: number
    items: Item[]
  }
  'items.get': (input: { itemId: string }) => Item
  'items.neighbours': (input: { itemId: string; filter: ItemFilter }) => {
    index: number
    total: number
    listed: boolean
    previous: string | null
    next: string | null
  }
  /** By a rule that is not the order of the list. Errors: item/not-found. */
  'items.nextBy': (input: { itemId: string; filter: ItemFilter; rule: NextRule; direction: 'next' | 'previous' }) => NextAnswer
  /** Where the files of an item lie and what they were when imported. */
  'items.files': (input: { itemId: string }) => ItemFiles
  /** Items of a dataset in its order, `limit` after the position `after` (start with -1), with everything an export needs. */
  'items.page': (input: {
    datasetId: string
    after: number
    limit: number
  }) => (ItemFiles & Pick<Item, 'tags' | 'instructions'> & { annotations: Annotation[]; comments: number })[]
  'annotations.list': (input: { itemId: string; client: string }) => {
    itemRev: number
    annotations: Annotation[]
    canUndo: boolean
    canRedo: boolean
  }
  /** What was decided about proposals for a picture. */
  'verdicts.list': (input: { itemId: string }) => Verdict[]
  'comments.list': (input: { itemId: string }) => Comment[]
  'journal.history': (input: { itemId: string; before?: number | null; limit: number }) => HistoryEntry[]
  /** Clients whose name begins so and who have an entry that is not undone. */
  'journal.batch': (input: { prefix: string }) => string[]
  /** Batches of which something can be taken back, newest first: those that copied from a picture, or all (null). */
  'journal.batches': (input: { itemId: string | null; before: string | null; limit: number }) => {
    batches: Batch[]
    before: string | null
  }
  'annotations.at': (input: { itemId: string; seq: number }) => {
    annotations: Annotation[]
    shapes: { before: Annotation | null; after: Annotation | null }[]
  }
  'annotations.deleted': (input: { scope: 'item' | 'dataset'; id: string; offset: number; limit: number }) => {
    total: number
    deleted: DeletedAnnotation[]
  }
  /** Items with labelled pixels (a class mask, a mask or a polygon) that are in one of `splits` (null: any), in dataset order. */
  'snapshot.items': (input: { datasetId: string; splits: string[] | null }) => LabelledItem[]
  /** Annotations of some items with the digest they have together, in the order asked. */
  'snapshot.annotations': (input: { itemIds: string[] }) => { itemId: string; digest: string; annotations: Annotation[] }[]
  /** Every picture of a dataset, in its order, with how many objects somebody drew in it. */
  'snapshot.objects': (input: { datasetId: string }) => ItemObjects[]
  'snapshot.counts': (input: { datasetId: string; splits: string[] | null }) => { items: number }
  'runs.list': (input: Nothing) => Run[]
  'runs.get': (input: { runId: string }) => StoredRun
  /** Class table of the validation at a step, or of the last one (null), of the live attempt chain; null without one. */
  'runs.classTable': (input: { runId: string; step: number | null }) => ClassTable | null
  'runs.attempts': (input: { runId: string }) => RunAttempt[]
  /** Points of the live attempt chain: those a later attempt started before are left out; thinned per curve by minimum and maximum. */
  'metrics.list': (input: { runId: string; maxPoints: number }) => MetricPoint[]
  /** Curves of several runs as they are drawn (null: all of them), live points only. Errors: run/not-found. */
  'curves.drawn': (input: {
    runIds: string[]
    curves: CurveName[] | null
    axis: CurveAxis
    range: [number, number] | null
    maxPoints: number
    rawPoints?: number | undefined
    smoothing: number
  }) => DrawnCurve[]
  /** What the curves of runs came to, with the course of one of them. Errors: run/not-found. */
  'curves.summaries': (input: { runs: { runId: string; spark: CurveName | null }[] }) => RunCurves[]
  /** Stored points of a live curve in order of steps, `limit` after the step `after` (start with -1). */
  'curves.points': (input: { runId: string; split: string; name: string; after: number; limit: number }) => CurvePoint[]
  'models.list': (input: Nothing) => ModelRecord[]
  'models.get': (input: { modelId: string }) => ModelRecord
  'settings.get': (input: { key: string }) => { value: unknown }
}

/** Answered by the one writer thread; each is one transaction, on disk (synchronous FULL) when it answers. */
export interface StoreWrites {
  /** An import in progress: invisible until `datasets.finish`; thrown away by `datasets.discard` or at the next opening. */
  'datasets.begin': (input: { id: string; name: string; rootPath: string; batchId: string }) => Nothing
  'datasets.addItems': (input: { datasetId: string; classes: ImportedClass[]; items: ImportedItem[] }) => Nothing
  'datasets.finish': (input: {
    datasetId: string
    dialect: Dialect
    classes: ImportedClass[]
    splits: ImportedSplit[]
    problems: FileProblem[]
  }) => StoredDataset
  'datasets.discard': (input: { datasetId: string }) => Nothing
  'datasets.remove': (input: { datasetId: string }) => Nothing
  'datasets.restore': (input: { datasetId: string }) => Nothing
  /** Of one class, or of all (null). Errors: dataset/not-found, class/not-found. */
  'attributes.setSchema': (input: { datasetId: string; classId: string | null; fields: AttributeField[]; who?: string }) => AttributeSchema
  'classes.add': (input: { id: string; datasetId: string; name: string }) => ClassRecord
  'classes.update': (input: { classId: string; name?: string; color?: string }) => ClassRecord
  /** `who` signs it; the entries (one per dataset) are what `items.undoStatus` takes back. Errors: item/not-found. */
  'items.setStatus': (input: { itemIds: string[]; status: ItemStatus; note?: string; who?: string }) => {
    changed: number
    datasetIds: string[]
    entryIds: string[]
  }
  /** Pictures whose state was set again since are left as they are; `missing` ones are set aside or gone. Errors: journal/nothing-to-undo. */
  'items.undoStatus': (input: { entryIds: string[]; who?: string }) => { changed: number; missing: number; datasetIds: string[] }
  /** The entries (one per dataset) are what `items.undoFacts` takes back. Errors: item/not-found. */
  'items.setTags': (input: { itemIds: string[]; add: string[]; remove: string[]; who?: string }) => FactsChange
  'items.setInstructions': (input: { itemId: string; instructions: Instructions; who?: string }) => FactsChange
  /** Pictures that were changed again since are left as they are; `missing` ones are set aside or gone. Errors: journal/nothing-to-undo. */
  'items.undoFacts': (input: { entryIds: string[]; who?: string }) => { changed: number; missing: number; datasetIds: string[] }
  /** How sure a model is of pictures; the newest look counts. */
  'certainty.keep': (input: { modelId: string; scores: { itemId: string; score: number }[] }) => Nothing
  /** Out of every list and count, with everything they have, until they are taken back. Errors: item/not-found. */
  /** Another file is this picture from now on. Errors: item/not-found, item/conflict (it is no longer the one it `was`). */
  'items.acceptFile': (input: { itemId: string; was: string; file: PictureFileFacts; who?: string }) => Nothing
  'items.setAside': (input: { itemIds: string[]; code: string; message: string; facts?: FileProblem['facts']; who?: string }) => {
    changed: number
    datasetIds: string[]
  }
  'items.takeBack': (input: { itemIds: string[]; who?: string }) => { changed: number; datasetIds: string[] }
  'annotations.apply': (input: {
    entryId: string
    itemId: string
    client: string
    command: string
    edits: Edit[]
    who?: string
  }) => EditResult
  /** Notes from which picture a job copies. */
  'batches.begin': (input: { batchId: string; itemId: string }) => Nothing
  /** Errors: item/not-found. */
  'verdicts.judge': (input: { itemId: string; verdicts: readonly Verdict[]; forgotten: readonly string[] }) => Nothing
  /** What was decided in a review that nobody can open any more. */
  'verdicts.forget': (input: { itemId: string; reviewId: string }) => Nothing
  /** The same of all reviews that began before a time (ms), and of models that were removed. */
  'verdicts.sweep': (input: { before: number }) => Nothing
  'annotations.describe': (input: { entryId: string; itemId: string; client: string; change: PictureChange; who?: string }) => EditResult
  'annotations.restore': (input: {
    entryId: string
    itemId: string
    client: string
    point: RestorePoint
    /** Locked objects change too. */
    unlock?: boolean
    who?: string
  }) => EditResult
  'annotations.undo': (input: { entryId: string; client: string; who?: string }) => EditResult
  'annotations.redo': (input: { entryId: string; client: string; who?: string }) => EditResult
  /** An entry leaves its client's stack; what it did stays. */
  'annotations.skip': (input: { client: string; entryId: string }) => { canUndo: boolean; canRedo: boolean }
  /** A repeated id changes nothing. Errors: item/not-found, input/invalid. */
  'comments.add': (input: Pick<Comment, 'id' | 'itemId' | 'annotationId' | 'at'> & { text: string; who?: string }) => Comment
  /** A repeated entry changes nothing. Errors: comment/not-found, input/invalid. */
  'comments.act': (input: { entryId: string; commentId: string; action: CommentAction; text: string; who?: string }) => Comment
  'runs.create': (input: NewRun) => Run
  /** A run that was made elsewhere, under its own id and the next number. Errors: run/exists. */
  'runs.adopt': (input: { run: Run; config: Record<string, unknown>; attempts: RunAttempt[] }) => Run
  /** Changes the named fields. Errors: run/not-found. */
  'runs.update': (input: { runId: string; patch: RunPatch }) => Run
  /** Forgets a run with its curves and tables; models made from it stay. Errors: run/not-found. */
  'runs.remove': (input: { runId: string }) => Nothing
  /** Another length for a run that goes on. Errors: run/not-found. */
  'runs.setConfig': (input: { runId: string; config: Record<string, unknown>; totalSteps: number; totalEpochs: number }) => Run
  /** A new attempt from the checkpoint of `fromStep` (0: from the start); points after it of earlier attempts are superseded. */
  'runs.startAttempt': (input: { runId: string; fromStep: number; at: number }) => Run
  /** Idempotent by (run, attempt, step, split, name): reading a log again after a crash changes nothing. */
  'metrics.append': (input: { runId: string; points: MetricPoint[] }) => Nothing
  /** Idempotent by (run, attempt, step, key). */
  'findings.add': (input: { runId: string; attempt: number; finding: Finding }) => Nothing
  'classTables.add': (input: { runId: string; attempt: number; table: ClassTable }) => Nothing
  'models.add': (input: { model: ModelRecord }) => Nothing
  'models.remove': (input: { modelId: string }) => Nothing
  'settings.set': (input: { key: string; value: unknown }) => Nothing
  /** A consistent copy by VACUUM INTO; never a copy of an open file. */
  'project.backup': (input: { toPath: string }) => Nothing
}

export type StoreOperations = StoreReads & StoreWrites
export type OperationName = keyof StoreOperations
export type OperationInput<K extends OperationName> = Parameters<StoreOperations[K]>[0]
export type OperationOutput<K extends OperationName> = ReturnType<StoreOperations[K]>

/** An open project. Calls are plain data to a database thread and back; expected failures are AppErrors. */
export interface ProjectStore {
  /** The project folder. */
  readonly folder: string
  call<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>>
  /** Waits for what is under way, checkpoints the log, ends the threads. */
  close(): Promise<void>
}
