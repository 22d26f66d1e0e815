import { appendFileSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { makeTinySam } from '../../../tests/support/tinySam/tinySam.ts'
import type { FileStamp, SamSource } from '../../shared/api/compute/assist.ts'
import { decodeModel, encodeModelProto } from '../graph/codec.ts'
import { AssistCompute } from './assistCompute.ts'
import { SamShelf } from './samShelf.ts'

const root = mkdtempSync(path.join(tmpdir(), 'maskwright-shelf-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let shelf: SamShelf
afterEach(() => shelf.close())

const stampOf = (file: string): FileStamp => {
  const info = statSync(file, { throwIfNoEntry: false })
  return { file, bytes: info?.size ?? null, modifiedMs: info?.mtimeMs ?? 0, changedMs: info?.ctimeMs ?? 0, inode: info?.ino ?? 0 }
}

/** A model whose decoder keeps its weights in a file beside it, of about a megabyte, recognised. */
async function model(name: string): Promise<SamSource & { readonly weights: string }> {
  const files = makeTinySam({ folder: path.join(root, name), name })
  const decoderFile = files.decoderFile!
  const weights = path.join(root, name, 'weights.bin')
  const proto = decodeModel(readFileSync(decoderFile))
  const tensor = proto.graph!.initializer.reduce((a, b) => (b.rawData.length > a.rawData.length ? b : a))
  writeFileSync(weights, tensor.rawData)
  const entry = (key: string, value: string) => ({ $typeName: 'onnx.StringStringEntryProto' as const, key, value })
  tensor.externalData = [entry('location', 'weights.bin'), entry('offset', '0'), entry('length', String(tensor.rawData.length))]
  tensor.rawData = new Uint8Array(0)
  tensor.dataLocation = 1
  writeFileSync(decoderFile, encodeModelProto(proto))
  appendFileSync(weights, new Uint8Array(1 << 20))
  const source: SamSource = { encoderFile: files.encoderFile, decoderFile, overrides: {}, provider: 'cpu', threads: 1, known: null }
  const found = await new AssistCompute().recognise(source)
  const { hash, encoder, decoder } = found.facts
  const known = { hash, sha256: { encoder: encoder.sha256, decoder: decoder!.sha256 }, stamps: found.files.map(stampOf) }
  return { ...source, known, weights }
}
/** Whether it had to be opened. */
const opens = (source: SamSource): Promise<boolean> => shelf.use(source, async (_, loadMs) => loadMs > 0)

it('weights beside a model count: what is too much together is not kept open together', async () => {
  const [one, other] = [await model('one'), await model('other')]
  expect(one.known!.stamps.map(({ file }) => path.basename(file))).toContain('weights.bin')
  shelf = new SamShelf(1.5 * (1 << 20))
  expect([await opens(one), await opens(one)]).toEqual([true, false])
  expect([await opens(other), await opens(one)]).toEqual([true, true])
  shelf.close()
  shelf = new SamShelf(3 * (1 << 20))
  expect([await opens(one), await opens(other), await opens(one), await opens(other)]).toEqual([true, true, false, false])
})

it('a model stays open, and may be used, when its files get hard links and lose them', async () => {
  const source = await model('linked')
  const other = path.join(root, 'another name of it')
  shelf = new SamShelf()
  expect(await opens(source)).toBe(true)
  linkSync(source.encoderFile, other)
  expect(await opens(source)).toBe(false)
  rmSync(other)
  expect(await opens(source)).toBe(false)
})

it('a model whose files are others than were recognised is not used', async () => {
  const source = await model('changed')
  shelf = new SamShelf()
  expect(await opens(source)).toBe(true)
  writeFileSync(
    source.weights,
    readFileSync(source.weights).map((byte) => byte ^ 1),
  )
  await expect(opens(source)).rejects.toMatchObject({ code: 'assist/model-changed' })
  // Also where only its content tells: the stamps are those of now.
  const stamps = source.known!.stamps.map(({ file }) => stampOf(file))
  const lying = { ...source, known: { ...source.known!, stamps, hash: 'another' } }
  await expect(opens(lying)).rejects.toMatchObject({ code: 'assist/model-changed' })
})
