import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { modelUploadType } from '../../../shared/assist/modelUpload.ts'
import { createModelUploads } from './modelUploads.ts'
import { addSentModel } from './sentModels.ts'

it('files of a model come together under their names; of two that have one, neither takes the place of the other', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'uploads-'))
  const uploads = createModelUploads(root)
  const send = (name: string, text: string): Promise<string> => {
    async function* body() {
      yield Buffer.from(text)
    }
    return uploads.take(body(), modelUploadType(name))!
  }
  const [one, other, weights] = [await send('a.onnx', 'one'), await send('A.onnx', 'other'), await send('a.onnx_data', 'weights')]
  const target = path.join(root, 'model')
  await expect(uploads.moveInto(target, [one, weights, other])).rejects.toMatchObject({ code: 'input/invalid', data: { file: 'A.onnx' } })
  expect(existsSync(target)).toBe(false)
  expect(await uploads.moveInto(target, [one, weights])).toEqual(['a.onnx', 'a.onnx_data'].map((name) => path.join(target, name)))
  expect(readdirSync(target).map((name) => readFileSync(path.join(target, name), 'utf8'))).toEqual(['one', 'weights'])
  expect(uploads.find(other)).not.toBeNull()
  await expect(uploads.moveInto(target, [one])).rejects.toMatchObject({ code: 'file/not-found' })
  rmSync(root, { recursive: true })
})

it('a model in as many files as it has tensors is kept whole', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'uploads-'))
  const uploads = createModelUploads(root)
  const names = ['encoder.onnx', 'image_encoder.pos_embed', ...Array.from({ length: 120 }, (_, i) => `onnx__MatMul_${7000 + i}`)]
  async function* body() {
    yield Buffer.from('x')
  }
  const ids: string[] = []
  for (const name of names) ids.push(await uploads.take(body(), modelUploadType(name))!)
  await uploads.moveInto(path.join(root, 'model'), ids)
  expect(readdirSync(path.join(root, 'model')).sort()).toEqual(names.toSorted())
  rmSync(root, { recursive: true })
})

it('what killed processes left half done is removed at the start, and nothing else', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'uploads-'))
  const gone = 2 ** 22 + 7
  const kept = ['01900000-0000-7000-8000-000000000001', `01900000.${process.pid}.partial`, `.sent-${process.pid}`, 'partial']
  for (const name of [...kept, `01900000.${gone}.partial`, `.sent-${gone}`]) {
    mkdirSync(path.join(root, name))
    writeFileSync(path.join(root, name, 'encoder.onnx'), 'weights')
  }
  createModelUploads(root)
  await expect.poll(() => readdirSync(root).sort()).toEqual(kept.toSorted())
  rmSync(root, { recursive: true })
})

/** A folder for models with what was sent to it so far, and how much of that is on the disk. */
function sent(idleMs?: number) {
  const root = mkdtempSync(path.join(tmpdir(), 'uploads-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const uploads = createModelUploads(root, idleMs)
  const send = (name: string, body: AsyncIterable<Uint8Array> = once('weights')): Promise<string> =>
    uploads.take(body, modelUploadType(name))!
  const onDisk = (): number => readdirSync(path.join(root, `.sent-${process.pid}`)).length
  return { root, uploads, send, onDisk }
}
async function* once(text: string) {
  yield Buffer.from(text)
}

it('what was sent and given up is removed when nothing more comes, not while a part of it still does or a job has it', async () => {
  const { uploads, send, onDisk } = sent(40)
  const [claimed, given] = [await send('a.pth'), await send('a.onnx')]
  uploads.claim(claimed)
  const { promise: slow, resolve: arrive } = Promise.withResolvers<void>()
  const second = send(
    'a.data',
    (async function* () {
      await slow
      yield Buffer.from('x')
    })(),
  )
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(uploads.find(given)).not.toBeNull()
  arrive()
  const late = await second
  await expect.poll(() => [given, late].map((id) => uploads.find(id)), { interval: 100 }).toEqual([null, null])
  expect([uploads.find(claimed) !== null, onDisk()]).toEqual([true, 1])
})

it('a file that breaks off leaves nothing, and the files of a model that is refused are not kept', async () => {
  const { root, uploads, send, onDisk } = sent()
  async function* broken() {
    yield Buffer.from('half')
    throw new Error('aborted')
  }
  await expect(send('a.onnx', broken())).rejects.toThrow()
  expect(onDisk()).toBe(0)
  const ids = [await send('a.onnx'), await send('A.onnx')]
  const refusal = addSentModel({ models: null as never, uploads, root }, ids, undefined)
  await expect(refusal).rejects.toMatchObject({ code: 'input/invalid' })
  expect([onDisk(), ids.map((id) => uploads.find(id))]).toEqual([0, [null, null]])
})
