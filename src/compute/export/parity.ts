import { CancelledError } from '../../shared/errors.ts'
import type { Parity } from '../../shared/model/modelRecord.ts'
import { createLoader } from '../data/loader.ts'
import type { LoaderSpec } from '../data/plan.ts'
import type { Infer } from '../predict/infer.ts'

/** Bounds of ENGINE.md: fp32 by the largest difference relative to the largest logit, fp16 by relative L2 and by agreement of the classes. */
export const parityBounds = { fp32: { maxAbs: 1e-4 }, fp16: { relativeL2: 5e-3, argmaxAgreement: 0.995 } } as const

/** Runs both networks on the same real pictures and compares every logit. */
export async function measureParity(
  reference: Infer,
  exported: Infer,
  spec: LoaderSpec,
  { precision, signal }: { precision: 'fp32' | 'fp16'; signal?: AbortSignal },
): Promise<Parity> {
  const sums = { maxAbsDiff: 0, maxAbsLogit: 0, diff2: 0, logit2: 0, agree: 0, pixels: 0, images: 0 }
  const loader = createLoader({ spec, workers: 0 })
  try {
    for (let batch = await loader.next(); batch; batch = await loader.next()) {
      if (signal?.aborted) throw new CancelledError()
      const shape = { batch: batch.positions.length, height: batch.height, width: batch.width }
      const expected = await reference(batch.images, shape)
      const got = await exported(batch.images, shape)
      addBatch(sums, expected.data, got.data, expected.shape)
      sums.images += shape.batch
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  } finally {
    await loader.close()
  }
  const relativeL2 = Math.sqrt(sums.diff2 / Math.max(sums.logit2, Number.MIN_VALUE))
  const argmaxAgreement = sums.agree / Math.max(1, sums.pixels)
  const bound = precision === 'fp32' ? parityBounds.fp32.maxAbs * Math.max(1, sums.maxAbsLogit) : parityBounds.fp16.relativeL2
  const close =
    precision === 'fp32' ? sums.maxAbsDiff <= bound : relativeL2 <= bound && argmaxAgreement >= parityBounds.fp16.argmaxAgreement
  // A comparison over nothing, or over NaN, proves nothing.
  const passed = close && sums.images > 0 && Number.isFinite(sums.diff2)
  return {
    maxAbsDiff: finite(sums.maxAbsDiff),
    maxAbsLogit: finite(sums.maxAbsLogit),
    relativeL2: finite(relativeL2),
    argmaxAgreement,
    bound: finite(bound),
    images: sums.images,
    passed,
  }
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_VALUE)

interface Sums {
  maxAbsDiff: number
  maxAbsLogit: number
  diff2: number
  logit2: number
  agree: number
  pixels: number
}

function addBatch(
  sums: Sums,
  expected: Float32Array,
  got: Float32Array,
  [batch = 0, classes = 0, height = 0, width = 0]: readonly number[],
): void {
  for (let i = 0; i < expected.length; i++) {
    const diff = got[i]! - expected[i]!
    sums.maxAbsDiff = Math.max(sums.maxAbsDiff, Math.abs(diff))
    sums.maxAbsLogit = Math.max(sums.maxAbsLogit, Math.abs(expected[i]!))
    sums.diff2 += diff * diff
    sums.logit2 += expected[i]! * expected[i]!
  }
  const plane = height * width
  for (let n = 0; n < batch; n++) {
    for (let p = 0; p < plane; p++) {
      const start = n * classes * plane + p
      let best = 0
      let other = 0
      for (let k = 1; k < classes; k++) {
        if (expected[start + k * plane]! > expected[start + best * plane]!) best = k
        if (got[start + k * plane]! > got[start + other * plane]!) other = k
      }
      if (best === other) sums.agree++
    }
  }
  sums.pixels += batch * plane
}
