import { AppError } from '../../../shared/errors.ts'
import { isAttributeName } from '../../../shared/model/annotation.ts'
import type { AttributeField, AttributeSchema } from '../../../shared/model/attributeSchema.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import { appendJournal } from '../journalRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { requireDataset } from './datasets.ts'

export const attributeSchemaSql = {
  ofDataset: 'SELECT attributes FROM dataset WHERE id = ?',
  ofClasses: "SELECT id AS classId, attributes FROM class WHERE dataset_id = ? AND attributes <> '[]' ORDER BY position, id",
} as const

/** Earlier versions took any name. */
const parse = (text: string): AttributeField[] => (JSON.parse(text) as AttributeField[]).filter(({ name }) => isAttributeName(name))

function read(db: Database, datasetId: string): AttributeSchema {
  requireDataset(db, datasetId)
  const { attributes } = one<{ attributes: string }>(db, attributeSchemaSql.ofDataset, [datasetId])!
  const classes = all<{ classId: string; attributes: string }>(db, attributeSchemaSql.ofClasses, [datasetId])
  return { all: parse(attributes), classes: classes.map((row) => ({ classId: row.classId, fields: parse(row.attributes) })) }
}

export const attributeSchemaReads = {
  'attributes.schema': (db: Database, { datasetId }: OperationInput<'attributes.schema'>): AttributeSchema =>
    db.transaction(() => read(db, datasetId))(),
}

export const attributeSchemaWrites = {
  'attributes.setSchema': (db: Database, input: OperationInput<'attributes.setSchema'>): OperationOutput<'attributes.setSchema'> =>
    transaction(db, () => {
      const { datasetId, classId, fields, who } = input
      const before = read(db, datasetId)
      const text = JSON.stringify(fields)
      const changed =
        classId === null
          ? run(db, 'UPDATE dataset SET attributes = ? WHERE id = ?', [text, datasetId])
          : run(db, 'UPDATE class SET attributes = ? WHERE id = ? AND dataset_id = ?', [text, classId, datasetId])
      if (changed === 0) throw new AppError('class/not-found', `there is no class ${classId}`, { id: classId })
      const after = read(db, datasetId)
      const entry = { kind: 'class', client: 'host', command: 'attributes.schema', who: who ?? null, datasetId } as const
      appendJournal(db, { ...entry, forward: [after], inverse: [before] })
      return after
    }),
}
