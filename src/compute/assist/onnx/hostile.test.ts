import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeTinySam } from '../../../../tests/support/tinySam/tinySam.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { decodeModel, encodeModel, encodeModelProto } from '../../graph/codec.ts'
import type { ModelProto } from '../../graph/proto/onnx_pb.js'
import type { OpenSamOptions } from '../samSession.ts'
import { openSam } from './openSam.ts'

const root = mkdtempSync(join(tmpdir(), 'maskwright-sam-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const fresh = (): string => join(root, String(folders++))

const open = (files: Pick<OpenSamOptions, 'encoderFile' | 'decoderFile'>) => openSam({ ...files, provider: 'cpu', threads: 1 })
const code = (expected: string, data: Record<string, unknown> = {}) =>
  expect.objectContaining({ code: expected, data: expect.objectContaining(data) as unknown }) as unknown

function edit(file: string, change: (model: ModelProto) => void): void {
  const model = decodeModel(readFileSync(file))
  change(model)
  writeFileSync(file, encodeModelProto(model))
}

/** A pair whose decoder was changed. */
function pairWith(change: (model: ModelProto) => void): { encoderFile: string; decoderFile: string } {
  const files = makeTinySam({ folder: fresh() })
  edit(files.decoderFile!, change)
  return { encoderFile: files.encoderFile, decoderFile: files.decoderFile! }
}

/** Moves the numbers of the largest constant into a file of their own. */
function moveOut(model: ModelProto, location: string): Uint8Array {
  const tensor = model.graph!.initializer.reduce((a, b) => (b.rawData.length > a.rawData.length ? b : a))
  const data = tensor.rawData
  tensor.rawData = new Uint8Array(0)
  tensor.dataLocation = 1
  const entry = (key: string, value: string) => ({ $typeName: 'onnx.StringStringEntryProto' as const, key, value })
  tensor.externalData = [entry('location', location), entry('offset', '0'), entry('length', String(data.length))]
  return data
}

/** Puts a node behind an output of the graph. */
const behind =
  (output: string, type: string, inputs: string[] = [], domain = '') =>
  (model: ModelProto) => {
    const graph = model.graph!
    const producer = graph.node.find((node) => node.output.includes(output))!
    producer.output[producer.output.indexOf(output)] = 'before'
    for (const node of graph.node) node.input = node.input.map((name) => (name === output ? 'before' : name))
    const last = graph.node[0]!
    graph.node.push({ ...last, name: 'behind', opType: type, domain, input: ['before', ...inputs], output: [output], attribute: [] })
  }

/** Another size of an input, as the file says. */
const claim =
  (input: string, axis: number, size: bigint) =>
  ({ graph }: ModelProto): void => {
    const type = graph!.input.find(({ name }) => name === input)!.type!.value
    if (type.case !== 'tensorType') throw new Error('no tensor')
    type.value.shape!.dim[axis]!.value = { case: 'dimValue', value: size }
  }

describe('files that are no model', () => {
  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['noise', () => Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)],
    ['a field longer than the file', () => Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2)],
    ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ])('%s', async (_, bytes) => {
    const folder = fresh()
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'model.onnx')
    writeFileSync(file, bytes())
    await expect(open({ encoderFile: file, decoderFile: null })).rejects.toEqual(code('assist/broken-model', { file: 'model.onnx' }))
  })

  it('a model that is cut off anywhere', async () => {
    const files = makeTinySam({ folder: fresh() })
    const bytes = readFileSync(files.decoderFile!)
    for (const share of [0.03, 0.2, 0.5, 0.9, 0.999]) {
      writeFileSync(files.decoderFile!, bytes.subarray(0, Math.floor(bytes.length * share)))
      await expect(open(files)).rejects.toEqual(code('assist/broken-model', { file: 'tiny.decoder.onnx' }))
    }
  })

  it('no file, and a folder', async () => {
    await expect(open({ encoderFile: join(root, 'none.onnx'), decoderFile: null })).rejects.toEqual(code('file/not-found'))
    await expect(open({ encoderFile: root, decoderFile: null })).rejects.toEqual(code('file/unreadable'))
  })
})

describe('models that are no SAM', () => {
  it('say which inputs and outputs were found', async () => {
    const b = new GraphBuilder()
    const image = b.input('image', 'float32', [1, 3, 224, 224])
    b.output('logits', b.node1('GlobalAveragePool', [image], { dtype: 'float32', shape: [1, 3, 1, 1] }))
    const folder = fresh()
    const { decoderFile } = makeTinySam({ folder })
    const file = join(folder, 'classifier.onnx')
    writeFileSync(file, encodeModel(b.graph()))
    const facts = { inputs: 'image float32 [1,3,224,224]', outputs: 'logits float32 [1,3,1,1]', file: 'classifier.onnx' }
    await expect(open({ encoderFile: file, decoderFile: null })).rejects.toEqual(code('assist/unknown-model', facts))
    await expect(open({ encoderFile: file, decoderFile })).rejects.toEqual(code('assist/unknown-model'))
  })

  it('two halves that do not fit together', async () => {
    const small = makeTinySam({ folder: fresh(), imageSize: 64 })
    const large = makeTinySam({ folder: fresh(), imageSize: 128 })
    await expect(open({ encoderFile: small.encoderFile, decoderFile: large.decoderFile })).rejects.toEqual(code('assist/unknown-model'))
  })

  it('inputs that nobody knows, sizes that nobody has', async () => {
    const extra = pairWith(({ graph }) => graph!.input.push({ ...graph!.input[0]!, name: 'text_prompt' }))
    await expect(open(extra)).rejects.toEqual(code('assist/unknown-model'))
    const files = makeTinySam({ folder: fresh() })
    edit(files.encoderFile, (model) => [2, 3].forEach((axis) => claim(model.graph!.input[0]!.name, axis, 10n ** 12n)(model)))
    await expect(open(files)).rejects.toEqual(code('assist/unknown-model'))
    // Refused before anything of that size is made, also where the other half is only looked for.
    for (const size of [1n << 12n, 1n << 16n, 1n << 20n, 1n << 31n]) {
      const huge = pairWith((model) => [2, 3].forEach((axis) => claim('mask_input', axis, size)(model)))
      await expect(open(huge)).rejects.toEqual(code('assist/unknown-model'))
      await expect(open({ ...huge, decoderFile: null })).rejects.toEqual(code('assist/no-partner'))
    }
    await expect(open(pairWith(claim('point_coords', 1, 1n << 31n)))).rejects.toEqual(code('assist/unknown-model'))
  })

  it('SAM 3', async () => {
    const b = new GraphBuilder()
    const image = b.input('image', 'uint8', [3, 1008, 1008])
    for (let i = 0; i < 3; i++) b.output(`vision_pos_enc_${i}`, image)
    const folder = fresh()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'vision.onnx'), encodeModel(b.graph()))
    const refused = open({ encoderFile: join(folder, 'vision.onnx'), decoderFile: null })
    await expect(refused).rejects.toEqual(code('assist/unsupported-model', { family: 'SAM 3', file: 'vision.onnx' }))
  })
})

describe('the other half', () => {
  it('is found in the folder, whichever was given, among models that are something else', async () => {
    const folder = fresh()
    const { encoderFile, decoderFile } = makeTinySam({ folder, name: 'b' })
    makeTinySam({ folder, name: 'a', family: 'efficientSam' })
    makeTinySam({ folder, name: 'c', imageSize: 64 })
    writeFileSync(join(folder, 'broken.onnx'), 'no model')
    for (const file of [encoderFile, decoderFile!]) {
      const session = await open({ encoderFile: file, decoderFile: null })
      expect([session.facts.encoder.name, session.facts.decoder!.name]).toEqual(['b.encoder.onnx', 'b.decoder.onnx'])
      await session.close()
    }
    const swapped = await open({ encoderFile: decoderFile!, decoderFile: encoderFile })
    expect(swapped.facts.encoder.name).toBe('b.encoder.onnx')
    await swapped.close()
  })

  it('is asked for when there are two, or none', async () => {
    const { encoderFile, decoderFile } = makeTinySam({ folder: fresh() })
    copyFileSync(decoderFile!, decoderFile!.replace('tiny', 'again'))
    const alone = open({ encoderFile, decoderFile: null })
    await expect(alone).rejects.toEqual(code('assist/ambiguous-partner', { candidates: 'tiny.decoder.onnx, again.decoder.onnx' }))
    rmSync(decoderFile!)
    rmSync(decoderFile!.replace('tiny', 'again'))
    await expect(open({ encoderFile, decoderFile: null })).rejects.toEqual(code('assist/no-partner', { file: basename(encoderFile) }))
  })
})

describe('weights in other files', () => {
  it('are found beside the model and are part of its hash; their absence is told by name', async () => {
    let data = new Uint8Array(0)
    const files = pairWith((model) => (data = Uint8Array.from(moveOut(model, 'weights.bin'))))
    const side = join(files.decoderFile, '..', 'weights.bin')
    const missing = code('assist/missing-data-file', { file: 'weights.bin', model: 'tiny.decoder.onnx' })
    await expect(open(files)).rejects.toEqual(missing)
    writeFileSync(side, data)
    const session = await open(files)
    expect(session.facts.decoder!.dataFiles).toEqual([{ name: 'weights.bin', bytes: data.length }])
    await session.close()
    writeFileSync(
      side,
      data.map((byte) => byte ^ 1),
    )
    const other = await open(files)
    expect(other.facts.decoder!.sha256).not.toBe(session.facts.decoder!.sha256)
    await other.close()
    writeFileSync(side, data.subarray(0, 5))
    await expect(open(files)).rejects.toEqual(code('assist/broken-model'))
  })

  it('are files, nothing else', async () => {
    const files = pairWith((model) => void moveOut(model, 'weights.bin'))
    mkdirSync(join(files.decoderFile, '..', 'weights.bin'))
    await expect(open(files)).rejects.toEqual(code('assist/broken-model'))
  })

  it.each(['../weights.bin', '/etc/passwd'])('never lie outside of its folder: %s', async (location) => {
    const files = pairWith((model) => void moveOut(model, location))
    writeFileSync(join(files.decoderFile, '..', '..', 'weights.bin'), new Uint8Array(1 << 16))
    await expect(open(files)).rejects.toEqual(code('file/path-escape'))
  })
})

describe('models that cannot run', () => {
  it.each<[string, (model: ModelProto) => void]>([
    [
      'operators of a domain of its own',
      ({ opsetImport, graph }) => {
        opsetImport.push({ ...opsetImport[0]!, domain: 'my.company', version: 1n })
        graph!.node[0]!.domain = 'my.company'
      },
    ],
    ['an operator that does not exist', ({ graph }) => (graph!.node[0]!.opType = 'Frobnicate')],
    ['a tensor that nothing computes', ({ graph }) => (graph!.node[0]!.input[0] = 'nowhere')],
    ['weights that claim to be huge', ({ graph }) => (graph!.initializer[0]!.dims = [1n << 40n])],
    ['weights of a negative size', ({ graph }) => (graph!.initializer[0]!.dims = [-4n])],
  ])('%s', async (_, change) => {
    await expect(open(pairWith(change))).rejects.toEqual(code('assist/broken-model', { file: 'tiny.decoder.onnx' }))
  })
})

describe('what a runtime or an exporter adds', () => {
  it('domains that are declared and not used', async () => {
    const files = pairWith(({ opsetImport }) => {
      for (const domain of ['ai.onnx.training', 'com.microsoft.experimental', 'org.pytorch.aten'])
        opsetImport.push({ ...opsetImport[0]!, domain, version: 1n })
    })
    await (await open(files)).close()
  })

  it('functions of the file itself', async () => {
    const files = pairWith((model) => {
      const [first] = model.graph!.node
      const opset = model.opsetImport[0]!
      const inner = { ...first!, name: 'inner', opType: 'Identity', input: ['x'], output: ['y'], attribute: [] }
      const empty = { docString: '', overload: '', attribute: [], attributeProto: [], valueInfo: [], metadataProps: [] }
      const name = { $typeName: 'onnx.FunctionProto' as const, name: 'Same', domain: 'local' }
      model.functions.push({ ...empty, ...name, input: ['x'], output: ['y'], node: [inner], opsetImport: [opset] })
      model.opsetImport.push({ ...opset, domain: 'local', version: 1n })
      behind('low_res_masks', 'Same', [], 'local')(model)
    })
    const session = await open(files)
    const picture = { width: 20, height: 10, rgb: new Uint8Array(600).fill(90) }
    const embedding = await session.encode(picture)
    expect(await session.decode(embedding, { points: [{ x: 5, y: 5, positive: true }], box: null, logits: null })).not.toHaveLength(0)
    await session.close()
  })
})

describe('models that break their word', () => {
  const picture = { width: 20, height: 10, rgb: new Uint8Array(600).fill(90) }
  const click = { points: [{ x: 5, y: 5, positive: true }], box: null, logits: null }

  it('an encoder that gives no finite numbers', async () => {
    const { encoderFile, decoderFile } = makeTinySam({ folder: fresh() })
    edit(encoderFile, behind('image_embeddings', 'Log'))
    const session = await open({ encoderFile, decoderFile })
    await expect(session.encode(picture)).rejects.toEqual(code('assist/broken-model', { file: 'tiny.encoder.onnx' }))
    await session.close()
  })

  it('a decoder that gives none', async () => {
    const session = await open(pairWith(behind('low_res_masks', 'Sqrt')))
    const embedding = await session.encode(picture)
    await expect(session.decode(embedding, click)).rejects.toEqual(code('assist/broken-model', { file: 'tiny.decoder.onnx' }))
    await session.close()
  })

  it('masks of another size than said', async () => {
    const session = await open(pairWith(behind('low_res_masks', 'GlobalAveragePool')))
    const embedding = await session.encode(picture)
    await expect(session.decode(embedding, click)).rejects.toEqual(code('assist/broken-model', { file: 'tiny.decoder.onnx' }))
    await session.close()
  })

  it('an embedding of another size than said', async () => {
    const { encoderFile, decoderFile } = makeTinySam({ folder: fresh() })
    edit(encoderFile, behind('image_embeddings', 'GlobalAveragePool'))
    const session = await open({ encoderFile, decoderFile })
    await expect(session.encode(picture)).rejects.toEqual(code('assist/broken-model', { file: 'tiny.encoder.onnx' }))
    await session.close()
  })

  it('and pictures without pixels are refused before', async () => {
    const session = await open(makeTinySam({ folder: fresh() }))
    for (const [width, height, length] of [
      [0, 0, 0],
      [0, 5, 0],
      [3, 3, 26],
      [2.5, 2, 15],
    ] as const)
      await expect(session.encode({ width, height, rgb: new Uint8Array(length) })).rejects.toEqual(code('input/invalid'))
    await expect(session.encode(picture, AbortSignal.abort())).rejects.toMatchObject({ name: 'CancelledError' })
    await session.close()
  })
})
