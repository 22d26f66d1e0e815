import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CancelledError } from '../../../shared/errors.ts'
import { openSam } from '../../assist/onnx/openSam.ts'
import type { SamEmbedding, SamSession } from '../../assist/samSession.ts'
import { contentOf, pixelsOf } from '../../data/objects/objectWindow.ts'
import { keepDecoded } from '../../data/objects/decodedPictures.ts'
import { writeSmallSam } from '../../export/exportSmallSam.ts'
import { writeSamDecoder } from '../../export/sam/samPair.ts'
import { fixedPositions } from '../samples.ts'
import { threadsOf } from '../setup.ts'
import type { NamedArray, TrainStep } from '../step.ts'
import { clickScores } from '../sam/validateSam.ts'
import { clickedObject, clickThrough, objectsToClick, type Answered, type ClickedObject, type ObjectToClick } from './clickThrough.ts'
import type { Embeddings } from './embeddings.ts'
import { baseFolderOf, type TuneInputs } from './tuneInputs.ts'
import { drawAnswer, type TuneSheets } from './tuneSheets.ts'

/** Clicks after which a sample is drawn. */
const sampleClicks = 3

export interface TuneValidation {
  /** Held-out objects that are clicked. */
  readonly objects: number
  /** Scores of the present weights, through the files they would be published as. Errors: assist/*, device/*, disk/*, file/*, cancelled. */
  run(step: TrainStep, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<Record<string, number>>
}

/** Null where no object is held out that can be clicked. Errors: file/not-found, file/unreadable. */
export async function createTuneValidation(
  inputs: TuneInputs,
  { runFolder, embeddings, sheets }: { runFolder: string; embeddings: Embeddings | null; sheets: TuneSheets },
): Promise<TuneValidation | null> {
  const { config, val, base } = inputs
  const chosen = await objectsToClick(val, config.validation.objects, embeddings !== null)
  if (chosen.length === 0) return null
  const slots = sampleSlots(chosen, config.samples.count)
  const decode = keepDecoded()
  const size = base.head.kind === 'small' ? config.data.size : base.head.network.imageSize

  async function embeddingOf(session: SamSession, { item, window }: ClickedObject): Promise<SamEmbedding> {
    if (embeddings) return embeddings.of(item)
    const content = contentOf(window, size)
    return session.encode({ width: content[0], height: content[1], rgb: pixelsOf(await decode({ item }), window, content) })
  }
  return {
    objects: chosen.length,
    async run(step, signal, onProgress) {
      const session = await openPresent(inputs, runFolder, step)
      try {
        const curves: number[][] = []
        for (const [i, clicked] of chosen.entries()) {
          if (signal.aborted) throw new CancelledError()
          const object = clickedObject(clicked, embeddings !== null)
          const slot = slots.get(i)
          const samples: Answered[] = []
          const keep = (answered: Answered): void => void (answered.clicks.length <= sampleClicks && samples.push(answered))
          curves.push(await clickThrough(session, await embeddingOf(session, object), object.truth, config.validation.clicks, keep))
          if (slot !== undefined && samples.length > 0) sheets.take(slot, drawAnswer(object, samples.at(-1)!))
          onProgress(i + 1, chosen.length)
        }
        return clickScores(curves, config.validation.clicks)
      } finally {
        await session.close()
      }
    },
  }
}

/** Which of the clicked objects are drawn, by place: of the larger half, because little can be seen of the others. */
function sampleSlots(clicked: readonly ObjectToClick[], count: number): Map<number, number> {
  const share = ({ item, object }: (typeof clicked)[number]): number => object.area / (item.width * item.height)
  const bySize = clicked.map((each, place) => ({ place, share: share(each) })).sort((a, b) => b.share - a.share || a.place - b.place)
  const large = bySize
    .slice(0, Math.max(count, Math.ceil(bySize.length / 2)))
    .map(({ place }) => place)
    .sort((a, b) => a - b)
  return new Map(fixedPositions(count, large.length).map((position, slot) => [large[position]!, slot]))
}

/** The present weights (their average where one is kept) as the pair of files that a click is answered with. */
async function openPresent({ base, config }: TuneInputs, runFolder: string, step: TrainStep): Promise<SamSession> {
  const { step: done, tensors } = await step.readState()
  const present = presentWeights(tensors)
  const folder = join(runFolder, 'pair')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { head } = base
  let encoderFile = join(folder, 'encoder.onnx')
  if (head.kind === 'small') {
    const named = [...present].map(([name, tensor]) => ({ name, ...tensor }))
    await writeSmallSam(folder, { network: head.network, size: config.data.size, precision: 'fp16', step: done, tensors: named })
  } else {
    const weights = (name: string): Float32Array => present.get(name)!.data
    const { network, precision, input } = head
    await writeSamDecoder(folder, { config: network, weights, precision, input, source: { step: String(done) } })
    encoderFile = join(baseFolderOf(runFolder), 'encoder.onnx')
  }
  return openSam({ encoderFile, decoderFile: join(folder, 'decoder.onnx'), provider: 'cpu', threads: threadsOf(config) })
}

function presentWeights(tensors: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const present = new Map<string, NamedArray>()
  for (const prefix of [/^(?:param|buffer)\./, /^ema\.(?:param|buffer)\./])
    for (const [key, tensor] of tensors) {
      const found = prefix.exec(key)
      if (found) present.set(key.slice(found[0].length), tensor)
    }
  return present
}
