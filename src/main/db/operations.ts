import type { Database } from './connection.ts'
import { annotationReads, annotationWrites } from './queries/annotations.ts'
import { attributeSchemaReads, attributeSchemaWrites } from './queries/attributeSchema.ts'
import { batchReads, batchWrites } from './queries/batches.ts'
import { certaintyReads, certaintyWrites } from './queries/certainty.ts'
import { commentReads, commentWrites } from './queries/comments.ts'
import { curveReads } from './queries/curves.ts'
import { datasetReads, datasetWrites } from './queries/datasets.ts'
import { describingWrites } from './queries/describing.ts'
import { importWrites } from './queries/importing.ts'
import { itemReads } from './queries/items.ts'
import { itemFactsReads, itemFactsWrites } from './queries/itemFacts.ts'
import { itemStatusWrites } from './queries/itemStatus.ts'
import { metricReads } from './queries/metrics.ts'
import { modelReads, modelWrites } from './queries/models.ts'
import { nextItemReads } from './queries/nextItem.ts'
import { paceReads } from './queries/pace.ts'
import { projectReads, projectWrites } from './queries/project.ts'
import { pastReads, restoringWrites } from './queries/restoring.ts'
import { runReads, runWrites } from './queries/runs.ts'
import { pictureFileWrites } from './queries/pictureFile.ts'
import { setAsideWrites } from './queries/setAside.ts'
import { snapshotReads } from './queries/snapshot.ts'
import { verdictReads, verdictWrites } from './queries/verdicts.ts'
import type { OperationName, StoreOperations, StoreReads, StoreWrites } from './store.ts'

type Implementation<Operations> = {
  readonly [K in keyof Operations]: Operations[K] extends (input: infer Input) => infer Output
    ? (db: Database, input: Input) => Output
    : never
}

/** Everything a database thread can be asked; `satisfies` holds both tables to the facade. */
export const reads: Implementation<StoreReads> = {
  ...projectReads,
  ...datasetReads,
  ...paceReads,
  ...attributeSchemaReads,
  ...itemReads,
  ...nextItemReads,
  ...certaintyReads,
  ...itemFactsReads,
  ...annotationReads,
  ...batchReads,
  ...commentReads,
  ...pastReads,
  ...snapshotReads,
  ...runReads,
  ...metricReads,
  ...curveReads,
  ...modelReads,
  ...verdictReads,
}

export const writes: Implementation<StoreWrites> = {
  ...projectWrites,
  ...datasetWrites,
  ...attributeSchemaWrites,
  ...importWrites,
  ...itemStatusWrites,
  ...itemFactsWrites,
  ...pictureFileWrites,
  ...setAsideWrites,
  ...certaintyWrites,
  ...annotationWrites,
  ...batchWrites,
  ...describingWrites,
  ...commentWrites,
  ...restoringWrites,
  ...runWrites,
  ...modelWrites,
  ...verdictWrites,
}

export const readNames: ReadonlySet<string> = new Set(Object.keys(reads))
/** Long reads, which have a thread of their own. */
export const curveNames: ReadonlySet<string> = new Set(Object.keys({ ...metricReads, ...curveReads, ...pastReads, ...batchReads }))

export type AnyOperation = (db: Database, input: unknown) => unknown
export function operation(name: string): AnyOperation | undefined {
  const table: Partial<Record<OperationName, unknown>> = { ...reads, ...writes } satisfies Implementation<StoreOperations>
  return Object.hasOwn(table, name) ? (table[name as OperationName] as AnyOperation) : undefined
}
