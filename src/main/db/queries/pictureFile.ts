import { AppError } from '../../../shared/errors.ts'
import { one, run, transaction, type Database } from '../connection.ts'
import { appendJournal } from '../journalRows.ts'
import type { PictureFileFacts } from '../records.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { requireItem } from './items.ts'
import { followFile } from './itemStatus.ts'

export const pictureFileWrites = {
  'items.acceptFile': (db: Database, { itemId, was, file, who }: OperationInput<'items.acceptFile'>): OperationOutput<'items.acceptFile'> =>
    transaction(db, () => {
      const { dataset_id: datasetId, orientation } = requireItem(db, itemId)
      const source = one<Omit<PictureFileFacts, 'orientation'>>(
        db,
        "SELECT sha256, bytes FROM source_file WHERE item_id = ? AND kind = 'image'",
        [itemId],
      )
      if (source?.sha256 !== was) throw new AppError('item/conflict', 'another file was taken for the picture meanwhile', { id: itemId })
      run(db, "UPDATE source_file SET sha256 = ?, bytes = ? WHERE item_id = ? AND kind = 'image'", [file.sha256, file.bytes, itemId])
      run(db, 'UPDATE item SET orientation = ?, bytes = ? WHERE id = ?', [file.orientation, file.bytes, itemId])
      // A model looked at the other one, and so did whoever called it done.
      run(db, 'DELETE FROM item_certainty WHERE item_id = ?', [itemId])
      followFile(db, itemId, was, who || null)
      const [forward, inverse] = [[{ id: itemId, file }], [{ id: itemId, file: { ...source, orientation } }]]
      appendJournal(db, { kind: 'item', client: 'host', command: 'item.acceptFile', who: who || null, datasetId, forward, inverse })
      return {}
    }),
}
