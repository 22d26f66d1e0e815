import { normalizeInto, type Normalization } from '../normalize.ts'
import { sceneRandom, type SceneRandom } from './fastRandom.ts'
import { clickOn, clickBeside, noisyBox } from './firstPrompts.ts'
import { objectMask, renderScene, type Scene } from './scene.ts'

/** What a prompted batch is made of. */
export interface PromptedBatchSpec {
  readonly seed: number
  readonly batch: number
  readonly size: number
  readonly objects: number
  readonly firstPoints: number
  readonly rounds: number
  /** Pixels of one cell of the target. */
  readonly maskStride: number
  readonly normalization: Normalization
}

/** The tensors of one batch by name, see `smallSamModel`. */
export type PromptedBatch = Record<string, Float32Array>

/** Shares of the first prompts: one click, a box, a box and a click; the rest are several clicks. */
const oneClick = 0.45
const boxOnly = 0.35
const boxAndClick = 0.08

/** Batch `index` of a training on rendered scenes: the same numbers whatever was made before. */
export function promptedBatch(spec: PromptedBatchSpec, index: number): PromptedBatch {
  const { batch, size, objects, firstPoints, rounds, maskStride } = spec
  const m = batch * objects
  const cells = (size / maskStride) ** 2
  const corrections = rounds - 1
  const tensors = {
    image: new Float32Array(batch * 3 * size * size),
    target: new Float32Array(m * cells),
    points: new Float32Array(m * firstPoints * 2),
    labels: new Float32Array(m * firstPoints).fill(-1),
    ...(corrections > 0
      ? {
          noise: new Float32Array(m * corrections * cells),
          anywhere: new Float32Array(m * corrections),
          jitter: new Float32Array(m * corrections * 2),
        }
      : {}),
  } satisfies PromptedBatch
  for (let n = 0; n < batch; n++) {
    const number = index * batch + n
    const random = sceneRandom(spec.seed, -1 - number)
    const scene = sceneWithObjects(spec, number)
    const shown = shownPart(size, random)
    normalizeInto(scene.rgb, tensors.image, n * 3 * size * size, spec.normalization)
    blank(tensors.image, n * 3, size, shown)
    const masks = chooseObjects(scene, objects, random, shown)
    masks.forEach((mask, k) => {
      const at = n * objects + k
      shareOfCells(mask, size, maskStride, tensors.target, at * cells)
      const prompt = firstPrompt(mask, size, firstPoints, random)
      prompt.forEach(({ x, y, label }, i) => {
        tensors.points[(at * firstPoints + i) * 2] = clamp(x / size)
        tensors.points[(at * firstPoints + i) * 2 + 1] = clamp(y / size)
        tensors.labels[at * firstPoints + i] = label
      })
    })
  }
  if (corrections > 0) drawCorrections(tensors as never, sceneRandom(spec.seed, -1 - (index * batch + batch - 1) - 2 ** 40), size)
  return tensors
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share))

function drawCorrections(
  { noise, anywhere, jitter }: Record<'noise' | 'anywhere' | 'jitter', Float32Array>,
  random: SceneRandom,
  size: number,
): void {
  // A cheap stream: millions of numbers per batch that only break ties.
  let state = random.uint32() | 1
  for (let i = 0; i < noise.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    noise[i] = (state >>> 0) / 0x100000000
  }
  for (let i = 0; i < anywhere.length; i++) anywhere[i] = random.chance(0.5) ? 1 : 0
  for (let i = 0; i < jitter.length; i++) jitter[i] = random.range(-2, 2) / size
}

/** Scenes without anything to point at are passed over. */
function sceneWithObjects({ seed, size }: PromptedBatchSpec, number: number): Scene {
  for (let attempt = 0; ; attempt++) {
    const scene = renderScene(seed, number * 16 + attempt, size)
    if (scene.objects.length > 0 || attempt === 15) return scene
  }
}

/** Pictures that are not square are filled up on the right or below: how much of this one is shown. */
function shownPart(size: number, random: SceneRandom): readonly [width: number, height: number] {
  if (random.chance(0.7)) return [size, size]
  const short = Math.round(size * random.range(0.5, 1))
  return random.chance(0.5) ? [size, short] : [short, size]
}

function blank(image: Float32Array, firstPlane: number, size: number, [width, height]: readonly [number, number]): void {
  for (let plane = firstPlane; plane < firstPlane + 3; plane++)
    for (let y = 0; y < size; y++) {
      const row = plane * size * size + y * size
      image.fill(0, row + (y < height ? width : 0), row + size)
    }
}

/** Masks of so many objects; large ones a little more often than there are. With fewer, some come again (with another prompt). */
function chooseObjects(scene: Scene, count: number, random: SceneRandom, [width, height]: readonly [number, number]): Uint8Array[] {
  const { size } = scene
  const masks: Uint8Array[] = []
  const left = scene.objects.map((object) => ({ object, key: -Math.log(1 - random.uniform()) / object.pixels ** 0.3 }))
  left.sort((a, b) => a.key - b.key)
  for (const { object } of left) {
    if (masks.length === count) break
    const mask = objectMask(scene, object)
    let pixels = 0
    for (let i = 0; i < mask.length; i++) {
      if (i % size >= width || i >= height * size) mask[i] = 0
      pixels += mask[i]!
    }
    if (pixels >= 36) masks.push(mask)
  }
  if (masks.length === 0) masks.push(new Uint8Array(size * size).fill(1))
  for (let i = 0; masks.length < count; i++) masks.push(masks[i]!)
  return masks
}

/** The share of each cell that the mask covers. */
function shareOfCells(mask: Uint8Array, size: number, stride: number, out: Float32Array, offset: number): void {
  const cells = size / stride
  const each = 1 / (stride * stride)
  for (let y = 0; y < size; y++) {
    const row = offset + Math.floor(y / stride) * cells
    for (let x = 0; x < size; x++) if (mask[y * size + x]) out[row + Math.floor(x / stride)]! += each
  }
}

interface PromptPoint {
  readonly x: number
  readonly y: number
  readonly label: number
}

function firstPrompt(mask: Uint8Array, size: number, most: number, random: SceneRandom): PromptPoint[] {
  const kind = random.uniform()
  const click = (): PromptPoint => ({ ...clickOn(mask, size, random), label: 1 })
  const beside = (): PromptPoint => ({ ...clickBeside(mask, size, random), label: 0 })
  if (kind < oneClick) return [click()]
  if (kind < oneClick + boxOnly + boxAndClick) {
    const [x0, y0, x1, y1] = noisyBox(mask, size, random)
    const box: PromptPoint[] = [
      { x: x0, y: y0, label: 2 },
      { x: x1, y: y1, label: 3 },
    ]
    return kind < oneClick + boxOnly ? box : [...box, random.chance(0.7) ? click() : beside()]
  }
  return Array.from({ length: 2 + random.int(most - 1) }, (_, i) => (i > 0 && random.chance(0.4) ? beside() : click()))
}
