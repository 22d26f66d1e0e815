import { normalizeInto, type Normalization } from '../normalize.ts'
import { sceneRandom, type SceneRandom } from './fastRandom.ts'
import { drawCorrections, emptyPrompts, promptObject, type PromptSpec, type PromptTensors } from './promptTensors.ts'
import { objectMask, renderScene, type Scene } from './scene.ts'

/** What a prompted batch is made of. */
export interface PromptedBatchSpec extends PromptSpec {
  readonly seed: number
  readonly normalization: Normalization
}

/** The tensors of one batch by name, see `smallSamModel`. */
export type PromptedBatch = Record<string, Float32Array>

/** Batch `index` of a training on rendered scenes: the same numbers whatever was made before. */
export function promptedBatch(spec: PromptedBatchSpec, index: number): PromptedBatch {
  const { batch, size, rounds, seed } = spec
  const tensors = { image: new Float32Array(batch * 3 * size * size), ...emptyPrompts(spec) }
  for (let n = 0; n < batch; n++) renderInto(tensors, n, spec, index * batch + n)
  if (rounds > 1) drawCorrections(tensors, sceneRandom(seed, -1 - (index * batch + batch - 1) - 2 ** 40), size)
  return tensors
}

/** Puts scene `number` and the prompts of its objects at place `n` of a batch. */
export function renderInto(
  tensors: PromptTensors & { readonly image: Float32Array },
  n: number,
  spec: PromptedBatchSpec,
  number: number,
): void {
  const { size, objects } = spec
  const random = sceneRandom(spec.seed, -1 - number)
  const scene = sceneWithObjects(spec, number)
  const shown = shownPart(size, random)
  normalizeInto(scene.rgb, tensors.image, n * 3 * size * size, spec.normalization)
  blank(tensors.image, n * 3, size, shown)
  const counted = contentOnly(size, shown)
  chooseObjects(scene, objects, random, shown).forEach((mask, k) => promptObject(tensors, n * objects + k, { mask, counted }, spec, random))
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

/** Bytes of a square of `size`, 1 where the picture is. */
export function contentOnly(size: number, [width, height]: readonly [number, number]): Uint8Array {
  const counted = new Uint8Array(size * size)
  for (let y = 0; y < height; y++) counted.fill(1, y * size, y * size + width)
  return counted
}

export function blank(image: Float32Array, firstPlane: number, size: number, [width, height]: readonly [number, number]): void {
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
  if (masks.length === 0) masks.push(contentOnly(size, [width, height]))
  for (let i = 0; masks.length < count; i++) masks.push(masks[i]!)
  return masks
}
