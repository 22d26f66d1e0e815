import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { requireSamTune } from '../../../shared/model/samTuneParse.ts'
import { readModelHeader } from '../../assist/onnx/modelHeader.ts'
import { openSam } from '../../assist/onnx/openSam.ts'
import { linkOrCopy } from '../../files/linkOrCopy.ts'
import { CheckpointStore } from '../../train/checkpointStore.ts'
import { readJson } from '../../train/setup.ts'
import { baseFolderOf } from '../../train/tune/tuneInputs.ts'
import { asFloat32 } from '../../weights/safetensors.ts'
import { readSamWeights, type LoadedSamWeights } from '../../weights/samWeightsFile.ts'
import { namedTensors, writeSmallSam } from '../exportSmallSam.ts'
import { writeDecoderWeights } from './decoderWeights.ts'
import { decoderName, encoderName, sizesOf, wholeFolder, writeSamDecoder } from './samPair.ts'

interface ExportTuned {
  readonly runFolder: string
  readonly checkpoint: 'best' | 'last'
  readonly outFolder: string
  /** Takes the place of the run's encoder, which it is equal to; null: that one. */
  readonly encoderFile?: string | null
  readonly threads: number
}

/** See the contract. Errors: checkpoint/*, config/*, file/*, weights/*, disk/*, assist/*. */
export async function exportTuned({ runFolder, checkpoint, outFolder, encoderFile = null, threads }: ExportTuned) {
  const { data } = requireSamTune(await readJson(path.join(runFolder, 'config.json')))
  const base = await readSamWeights(baseFolderOf(runFolder))
  const { name: loaded, state, model, average } = await load(new CheckpointStore(path.join(runFolder, 'checkpoints')), checkpoint)
  const tensors = average ?? model
  return wholeFolder(outFolder, async (folder) => {
    const names =
      base.head.kind === 'small'
        ? (
            await writeSmallSam(folder, {
              network: base.head.network,
              size: data.size,
              precision: 'fp16',
              step: state.step,
              tensors: namedTensors(tensors),
            })
          ).map(({ name }) => name)
        : await writeOfficial(
            folder,
            { base, encoderFile: encoderFile ?? path.join(baseFolderOf(runFolder), encoderName), step: state.step },
            (name) => {
              const tensor = tensors.get(name) ?? base.tensors.get(name)
              if (!tensor) throw new AppError('checkpoint/damaged', `the checkpoint has no ${name}`, { tensor: name })
              return asFloat32(tensor)
            },
          )
    await tryOnce(folder, threads)
    return { files: await sizesOf(folder, names), step: state.step, checkpoint: loaded }
  })
}

/** Where nothing was held out to choose by, the last one is as good as it gets. */
async function load(store: CheckpointStore, checkpoint: 'best' | 'last') {
  const hasBest = (await store.list()).some(({ best }) => best)
  return store.load(hasBest ? checkpoint : 'last')
}

/** The encoder as it was, the decoder as it was trained. */
async function writeOfficial(
  folder: string,
  { base, encoderFile, step }: { base: LoadedSamWeights; encoderFile: string; step: number },
  weights: (name: string) => Float32Array,
): Promise<string[]> {
  const { head } = base
  if (head.kind !== 'official') return []
  const { network: config, input, precision } = head
  const { dataFiles } = readModelHeader(encoderFile)
  await linkOrCopy(encoderFile, path.join(folder, encoderName))
  for (const { file, name } of dataFiles) await linkOrCopy(file, path.join(folder, name))
  const source = { name: 'fine-tuned', step: String(step) }
  const decoder = await writeSamDecoder(folder, { config, weights, precision, input, source })
  const trained = await writeDecoderWeights(folder, { config, weights, input, precision })
  return [encoderName, ...decoder, ...dataFiles.map(({ name }) => name), trained]
}

/** What was written answers a click, or is nothing to hand over. Errors: assist/*. */
async function tryOnce(folder: string, threads: number): Promise<void> {
  const files = { encoderFile: path.join(folder, encoderName), decoderFile: path.join(folder, decoderName) }
  const session = await openSam({ ...files, provider: 'cpu', threads })
  try {
    const side = 64
    const rgb = Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 7) % 256)
    const embedding = await session.encode({ width: side, height: side, rgb })
    await session.decode(embedding, { points: [{ x: side / 2, y: side / 2, positive: true }], box: null, logits: null })
  } finally {
    await session.close()
  }
}
