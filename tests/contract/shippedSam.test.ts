import { statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Core } from '../../src/main/core.ts'
import { openSam } from '../../src/compute/assist/onnx/openSam.ts'
import { clickScores, heldOutScene, samAnswer, simulateClicks } from '../../src/compute/train/sam/validateSam.ts'
import type { PageClient } from '../../src/shared/api/page/contract.ts'
import { maskHit } from '../../src/shared/geometry/rle.ts'
import type { AssistAnswer, AssistEvent } from '../../src/shared/model/assist.ts'
import { makeProject, remove, startCore } from './coreHarness.ts'

// The model in resources/sam as a first start finds it: nothing was added, nothing is downloaded.

const shipped = (name: string): string => path.join(import.meta.dirname, '..', '..', 'resources', 'sam', name)
const pair = { encoderFile: shipped('encoder.onnx'), decoderFile: shipped('decoder.onnx') }

let core: Core
let client: PageClient
let folder: string
let itemId: string

beforeAll(async () => {
  const started = await startCore()
  ;({ core, client, folder } = started)
  const datasetId = await makeProject(started, { train: 1, val: 1 })
  const filter = { split: null, classId: null, status: null, text: '' }
  itemId = (await client.items.window({ datasetId, filter, offset: 0, limit: 1 })).items[0]!.id
})
afterAll(async () => {
  await core.close()
  remove(folder)
})

test('the pair is at most 20 MB', () => {
  expect(Object.values(pair).reduce((bytes, file) => bytes + statSync(file).size, 0)).toBeLessThan(20_000_000)
})

test('a click is answered at the first start, by the model that came with the studio', async () => {
  const { models, defaultId } = await client.assist.models({})
  expect(models.map(({ id, origin, problem }) => [id, origin, problem])).toEqual([[defaultId, 'shipped', null]])
  // Its weights lie beside it, for a training on one's own masks to begin with.
  expect((await client.tuning.bases({})).map(({ modelId }) => modelId)).toEqual([defaultId])
  const events: AssistEvent[] = []
  const points = [{ x: 20, y: 20, positive: true }]
  for await (const event of await client.assist.segment({ itemId, window: null, points })) events.push(event)
  const { candidates } = events.at(-1) as AssistAnswer
  expect(candidates.length).toBeGreaterThan(1)
  expect(maskHit(candidates[0]!.mask, 20, 20)).toBe(true)
})

test('three clicks find what is to be found in scenes it was not trained on', async () => {
  const session = await openSam({ ...pair, provider: 'cpu', threads: 2 })
  const curves: number[][] = []
  for (let index = 0; index < 4; index++) {
    const { picture, masks } = heldOutScene(index, 256)
    const embedding = await session.encode(picture)
    for (const truth of masks) curves.push(await simulateClicks(truth, samAnswer(session, embedding), 3))
  }
  await session.close()
  expect(curves.length).toBeGreaterThan(8)
  expect(clickScores(curves, 3)['IoU@3']).toBeGreaterThan(0.5)
})
