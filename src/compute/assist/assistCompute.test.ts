import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeTinySam } from '../../../tests/support/tinySam/tinySam.ts'
import type { SamQuestion, SamSource } from '../../shared/api/compute/assist.ts'
import { AssistCompute } from './assistCompute.ts'

const side = 128
/** Green on the left, red on the right. */
const halves = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
  const isLeft = Math.floor(i / 3) % side < side / 2
  return i % 3 === (isLeft ? 1 : 0) ? 255 : 0
})

it('what is asked in passing takes no room from the candidates that a click corrects', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-compute-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const source: SamSource = { ...makeTinySam({ folder }), overrides: {}, provider: 'cpu', threads: 1, known: null }
  const [file, embeddingFile] = [path.join(folder, 'picture.rgb'), path.join(folder, 'picture.embedding')]
  writeFileSync(file, halves)
  // Room for the candidates of two answers.
  const compute = new AssistCompute(2 * 4 * (side / 4) ** 2 * Float32Array.BYTES_PER_ELEMENT)
  onTestFinished(() => compute.close())
  await compute.encode(source, { file, width: side, height: side }, embeddingFile)
  const ask = async (x: number, more: Partial<SamQuestion> = {}) => {
    const question: SamQuestion = { points: [{ x, y: 64, positive: true }], box: null, mask: null, previous: null, ...more }
    const decoded = await compute.decode({ source, embeddingFile, window: [0, 0, side, side] }, [question])
    return decoded!.answers[0]!
  }
  const masks = async (previous: string | null) => (await ask(20, { previous })).map(({ mask }) => mask)
  const [red] = await ask(100)
  const [alone, corrected] = [await masks(null), await masks(red!.token)]
  expect(corrected).not.toEqual(alone)
  for (let n = 0; n < 20; n++) await ask(20, { passing: true })
  expect(await masks(red!.token)).toEqual(corrected)
  for (let n = 0; n < 20; n++) await ask(20)
  expect(await masks(red!.token)).toEqual(alone)
  // Nor does it know it in another process; what it looked like is enough to go on from it.
  const shown = await ask(20, { previous: red!.token, previousMask: red!.mask })
  expect(shown.map(({ mask }) => mask)).toEqual((await ask(20, { mask: red!.mask })).map(({ mask }) => mask))
  expect(shown.map(({ mask }) => mask)).not.toEqual(alone)
})
