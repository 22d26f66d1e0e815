import type { TrainConfig } from '../trainConfig.ts'

/** Pictures that go through the network at once. */
export const partSizeOf = ({ data, device }: Pick<TrainConfig, 'data' | 'device'>): number => data.batchSize / device.batchParts

/** The next finer division of a batch into equal parts that at least halves them; null where a part is one picture already. */
export function finerParts(batchSize: number, parts: number): number | null {
  if (parts >= batchSize) return null
  for (let finer = 2 * parts; finer < batchSize; finer++) if (batchSize % finer === 0) return finer
  return batchSize
}
