import type { EditResult } from '../../../shared/model/annotation.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'
import { newId } from '../../newId.ts'
import { createPropagate } from './propagate.ts'

/** Edits, undo and redo; every change is told to all pages. */
export function createAnnotationsService(host: Host, { who }: Pick<UserSettingsFile, 'who'>): AreaService<'annotations'> {
  const { slot, events } = host
  const store = (madeIn?: string) => slot.require(madeIn).store
  const told = async (client: string, result: Promise<EditResult>): Promise<EditResult> => {
    const { itemId, itemRev, listedIn } = await result
    events.emit(listedIn ? { type: 'items', datasetId: listedIn } : { type: 'annotations', itemId, itemRev, client })
    return result
  }
  return {
    list: (input) => store().call('annotations.list', input),
    apply: ({ madeIn, ...input }) => told(input.client, store(madeIn).call('annotations.apply', { ...input, who: who() })),
    describe: ({ madeIn, ...input }) => told(input.client, store(madeIn).call('annotations.describe', { ...input, who: who() })),
    undo: ({ client, madeIn }) => told(client, store(madeIn).call('annotations.undo', { client, entryId: newId(), who: who() })),
    redo: ({ client, madeIn }) => told(client, store(madeIn).call('annotations.redo', { client, entryId: newId(), who: who() })),
    propagate: createPropagate(host, who),
    batches: (input) => store().call('journal.batches', input),
    verdicts: (input) => store().call('verdicts.list', input),
    async judge(input) {
      const judged = await store().call('verdicts.judge', input)
      events.emit({ type: 'verdicts', itemId: input.itemId })
      return judged
    },
    skip: (input) => store().call('annotations.skip', input),
    restore: ({ madeIn, ...input }) => told(input.client, store(madeIn).call('annotations.restore', { ...input, who: who() })),
    at: (input) => store().call('annotations.at', input),
    deleted: (input) => store().call('annotations.deleted', input),
    history: (input) => store().call('journal.history', input),
  }
}
