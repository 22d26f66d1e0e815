import { invariant } from '../../../shared/errors.ts'
import type { SamImportOptions, SamImportResult, SamReport } from '../../../shared/model/samImport.ts'
import { progressOf, type WorkContext } from '../../progress.ts'
import { openWeightFile } from '../../weights/weightFile.ts'
import { checkSamPair } from './checkSam.ts'
import { loadSam, type SamSource } from './loadSam.ts'
import { writeDecoderWeights } from './decoderWeights.ts'
import { sizesOf, wholeFolder, writeSamPair, type SamPairOptions } from './samPair.ts'

export interface ImportSam extends SamImportOptions {
  readonly file: string
  /** Made by this; does not exist yet. */
  readonly outFolder: string
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  /** Bytes of weights read, of all of them. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Turns an official checkpoint (.pth, .safetensors) into encoder.onnx and decoder.onnx; one weight after another, and in their place only when they
 * compute what the network does. Errors: weights/*, file/*, disk/*, model/parity-failed, device/*, cancelled.
 */
export async function importSam(options: ImportSam): Promise<SamImportResult> {
  const { file, outFolder, precision, input, threads, signal, onProgress } = options
  const opened = openWeightFile(file)
  try {
    const { config, report, weights } = loadSam(opened, options)
    const total = report.parameters * (precision === 'fp16' ? 2 : 4)
    let done = 0
    const pair: SamPairOptions = {
      config,
      weights,
      precision,
      input,
      source: { name: report.variant ?? report.file, checkpoint: report.file, checkpointSha256: opened.sha256() },
      signal,
      onWritten: (bytes) => onProgress?.(Math.min(total, (done += bytes)), total),
    }
    return await wholeFolder(outFolder, async (folder) => {
      const names = [...(await writeSamPair(folder, pair)), await writeDecoderWeights(folder, pair)]
      onProgress?.(total, total)
      const check = await checkSamPair(folder, { ...pair, onWritten: () => undefined, threads })
      return { report, files: await sizesOf(folder, names), check }
    })
  } finally {
    opened.close()
  }
}

/** What a checkpoint holds and what of it would be loaded; only headers are read. Errors: weights/*, file/*. */
export function inspectSam(file: string, options: SamSource): SamReport {
  const opened = openWeightFile(file)
  try {
    return loadSam(opened, options).report
  } finally {
    opened.close()
  }
}

type Conversion = { type: 'progress'; done: number; total: number } | { type: 'result'; result: SamImportResult }

/** The same as a stream: how far it is, then the result; leaving it ends it. */
export async function* convertSam({ signal, ...options }: Omit<ImportSam, 'onProgress'>): AsyncGenerator<Conversion, void, void> {
  let result: SamImportResult | null = null
  const work = async (context: WorkContext): Promise<void> => {
    result = await importSam({ ...options, ...context })
  }
  for await (const progress of progressOf(signal, work)) yield { type: 'progress', ...progress }
  invariant(result, 'a conversion that did not fail has a result')
  yield { type: 'result', result }
}
