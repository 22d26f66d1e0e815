import { join } from 'node:path'
import { clicksUntil, maskIou, nextClick, type BinaryMask, type SimulatedClick } from '../../../shared/metrics/clicks.ts'
import { openSam } from '../../assist/onnx/openSam.ts'
import type { SamEmbedding, SamLogits, SamPicture, SamSession } from '../../assist/samSession.ts'
import { objectMask, renderScene, type Scene } from '../../data/scenes/scene.ts'
import { exportSmallSam } from '../../export/exportSmallSam.ts'

/** Answers clicks on one object with a mask of the picture. */
export type Answer = (clicks: readonly SimulatedClick[]) => Promise<Uint8Array>

/** IoU after every click of the standard simulation, at most `most`; fewer where an answer is perfect. */
export async function simulateClicks(truth: BinaryMask, answer: Answer, most: number): Promise<number[]> {
  const clicks: SimulatedClick[] = []
  const ious: number[] = []
  let mask: Uint8Array = new Uint8Array(truth.data.length)
  while (clicks.length < most) {
    const click = nextClick(truth, mask, clicks)
    if (!click) break
    clicks.push(click)
    mask = await answer(clicks)
    ious.push(maskIou(mask, truth.data))
  }
  return ious
}

/** A SAM that answers clicks in an encoded window; each answer is fed back with the next click. */
export function samAnswer(session: SamSession, embedding: SamEmbedding): Answer {
  let logits: SamLogits | null = null
  return async (points) => {
    const [best] = await session.decode(embedding, { points, box: null, logits })
    if (!best) return new Uint8Array(embedding.window.width * embedding.window.height)
    logits = best.logits
    return best.mask()
  }
}

/** Means over the objects that were clicked: NoC at 80, 85 and 90 % (at most `most` clicks) and IoU after 1, 3 and 5. */
export function clickScores(curves: readonly (readonly number[])[], most: number): Record<string, number> {
  const clicked = curves.filter(({ length }) => length > 0)
  // Where none was, nothing was reached.
  const counted: typeof curves = clicked.length > 0 ? clicked : [[]]
  const mean = (of: (ious: readonly number[]) => number): number => counted.reduce((sum, ious) => sum + of(ious), 0) / counted.length
  return {
    ...Object.fromEntries([80, 85, 90].map((wanted) => [`NoC${wanted}`, mean((ious) => clicksUntil(ious, wanted / 100, most))])),
    ...Object.fromEntries([1, 3, 5].map((n) => [`IoU@${n}`, mean((ious) => ious[Math.min(n, ious.length) - 1] ?? 0)])),
  }
}

/** Scenes of this seed are never trained on. */
const heldOutSeed = 0x5eed

export interface HeldOutScene {
  readonly picture: SamPicture
  readonly masks: readonly BinaryMask[]
}

/** Scene `index` of those kept for measuring, with up to three objects spread over their sizes. */
export function heldOutScene(index: number, size: number): HeldOutScene {
  const scene: Scene = renderScene(heldOutSeed, index, size)
  const bySize = [...scene.objects].sort((a, b) => a.pixels - b.pixels)
  const chosen = [0.2, 0.5, 0.9].map((share) => bySize[Math.floor(share * bySize.length)]).filter((object) => object !== undefined)
  return {
    picture: { width: size, height: size, rgb: scene.rgb },
    masks: [...new Set(chosen)].map((object) => ({ width: size, height: size, data: objectMask(scene, object) })),
  }
}

/** The scores of a run's newest checkpoint on held-out scenes, through the ONNX pair that it would be exported as. */
export async function validateSam(
  runFolder: string,
  { size, scenes, clicks, threads }: { size: number; scenes: number; clicks: number; threads: number },
): Promise<Record<string, number>> {
  const outFolder = join(runFolder, 'pair')
  await exportSmallSam({ runFolder, outFolder, size, precision: 'fp16' })
  const files = { encoderFile: join(outFolder, 'encoder.onnx'), decoderFile: join(outFolder, 'decoder.onnx') }
  const session = await openSam({ ...files, provider: 'cpu', threads })
  try {
    const curves: number[][] = []
    for (let index = 0; index < scenes; index++) {
      const { picture, masks } = heldOutScene(index, size)
      const embedding = await session.encode(picture)
      for (const truth of masks) curves.push(await simulateClicks(truth, samAnswer(session, embedding), clicks))
    }
    return clickScores(curves, clicks)
  } finally {
    await session.close()
  }
}
