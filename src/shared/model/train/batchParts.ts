import { problem, type Problem } from './problem.ts'

/** What of a config divides its batches. */
export interface BatchDivision {
  readonly data: { readonly batchSize: number }
  readonly device: { readonly processes: number; readonly batchParts: number }
}

/** Pictures of a batch that one process takes. */
export const shareSizeOf = ({ data, device }: BatchDivision): number => data.batchSize / device.processes

/** Pictures that go through the network at once. */
export const partSizeOf = (config: BatchDivision): number => shareSizeOf(config) / config.device.batchParts

/** Pieces of a batch that are computed by themselves, over all processes. */
export const piecesOf = ({ device }: Pick<BatchDivision, 'device'>): number => device.processes * device.batchParts

/** The next finer division of so many pictures into equal parts that at least halves them; null where a part is one picture already. */
export function finerParts(pictures: number, parts: number): number | null {
  if (parts >= pictures) return null
  for (let finer = 2 * parts; finer < pictures; finer++) if (pictures % finer === 0) return finer
  return pictures
}

/** The multiple of `divisor` that is nearest to a number, the smaller one of two; never 0. */
export const nearestMultiple = (n: number, divisor: number): number => Math.max(1, Math.ceil(n / divisor - 0.5)) * divisor

/** A batch must divide evenly among the processes, and the share of each into its parts. */
export function divisionProblems(config: BatchDivision): Problem[] {
  const { batchSize } = config.data
  const { processes, batchParts: parts } = config.device
  const nearest = nearestMultiple(batchSize, piecesOf(config))
  if (batchSize % processes !== 0) {
    const message = `a batch of ${batchSize} cannot be shared equally among ${processes} processes; the nearest that can is ${nearest}`
    return [problem('data.batchSize', message, 'unequalShares', { batchSize, processes, nearest })]
  }
  const share = shareSizeOf(config)
  if (share % parts === 0) return []
  const whose = processes > 1 ? ' of one process' : ''
  const message = `a batch of ${share}${whose} cannot be divided into ${parts} equal parts; the nearest data.batchSize that can is ${nearest}`
  return [problem('device.batchParts', message, 'unequalParts', { batchSize: share, parts, nearest })]
}
