import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { chooseSection } from './checkpointSections.ts'
import { openWeightFile, type WeightFile } from './weightFile.ts'
import { stridedTensor } from './weightTensor.ts'

const fixtures = path.join(import.meta.dirname, '../../../tests/fixtures/weights')
const fixture = (name: string): string => path.join(fixtures, name)
const json = <T>(name: string): T => JSON.parse(readFileSync(fixture(name), 'utf8')) as T

let folder: string
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'maskwright-weights-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function made(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name)
  writeFileSync(file, bytes)
  return file
}

function opened<T>(file: string, work: (opened: WeightFile) => T): T {
  const weights = openWeightFile(file)
  try {
    return work(weights)
  } finally {
    weights.close()
  }
}

function refusal(file: string): AppError {
  try {
    opened(file, ({ sections }) => sections.forEach(({ tensors }) => tensors.forEach((tensor) => tensor.read())))
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).data['file']).toBe(file)
    return error as AppError
  }
  throw new Error(`${file} was accepted`)
}

describe('element types and layouts', () => {
  const expected = json<Record<string, { shape: number[]; values: number[] }>>('types.json')
  it.each(['types.pth', 'types-legacy.pth'])('%s: views, strides, halves and integers read as PyTorch reads them', (name) => {
    opened(fixture(name), ({ sections }) => {
      const { tensors } = sections[0]!
      expect([...tensors.keys()]).toEqual(Object.keys(expected))
      for (const [key, { shape, values }] of Object.entries(expected)) {
        expect(tensors.get(key)!.shape, key).toEqual(shape)
        expect(tensors.get(key)!.read(), key).toEqual(Float32Array.from(values))
      }
    })
  })

  it('reads ONNX initializers: raw, typed, half, double, and those in a file beside the model', () => {
    opened(fixture('types.onnx'), ({ format, sections }) => {
      expect(format).toBe('onnx')
      const values = Object.fromEntries([...sections[0]!.tensors].map(([name, tensor]) => [name, [...tensor.read()]]))
      expect(values).toEqual({ half: [1.5, -0.25], rawHalf: [3], double: [Math.fround(0.1)], long: [-4, 9], outside: [2, 3, 4, 5] })
    })
  })
})

describe('tensors that repeat elements of their storage', () => {
  const storage = {
    dtype: 'F32',
    count: 2,
    bytes: (first: number, n: number) => new Uint8Array(Float32Array.of(1, 2).buffer, first * 4, n * 4),
  } as const
  it('are read as PyTorch expands them, up to a size', () => {
    const expanded = stridedTensor(storage, { shape: [2, 3], stride: [1, 0], offset: 0 })
    expect([...expanded.read()]).toEqual([1, 1, 1, 2, 2, 2])
    expect(() => stridedTensor(storage, { shape: [2 ** 20, 2 ** 20], stride: [0, 0], offset: 0 })).toThrow(/reaches outside/)
  })
})

describe('whole checkpoints', () => {
  it('finds the dictionaries of weights and leaves the optimizer out', () => {
    opened(fixture('whole-nvidia.pth'), ({ format, sections }) => {
      expect(format).toBe('torchZip')
      expect(sections.map(({ path: where, kind }) => [where, kind])).toEqual([
        ['state_dict', 'model'],
        ['ema.module', 'ema'],
      ])
      expect(chooseSection(sections, 'auto').path).toBe('state_dict')
      expect(chooseSection(sections, 'ema').path).toBe('ema.module')
    })
    opened(fixture('whole-nvidia-legacy.pth'), ({ format, sections }) => {
      expect(format).toBe('torchLegacy')
      expect(sections.map(({ path: where }) => where)).toEqual(['model'])
      expect(() => chooseSection(sections, 'ema')).toThrow(/no averaged .* only model/)
    })
  })

  it('reads the same numbers from the zip and the legacy form', () => {
    const numbers = (name: string): [string, Float32Array][] =>
      opened(fixture(name), ({ sections }) => [...chooseSection(sections, 'model').tensors].map(([key, tensor]) => [key, tensor.read()]))
    expect(numbers('whole-nvidia-legacy.pth')).toEqual(numbers('whole-nvidia.pth'))
  })
})

describe('files that mean harm', () => {
  it.each(Object.entries(json<Record<string, string>>('evil.json')))('%s is refused, naming %s', (name, global) => {
    const error = refusal(fixture(name))
    expect(error.code).toBe('weights/unsafe')
    expect(error.data['global']).toBe(global)
  })

  it('external data stays in the folder of the model, links included', () => {
    expect(refusal(fixture('evil-external.onnx')).code).toBe('file/path-escape')
    const model = made('linked.onnx', readFileSync(fixture('types.onnx')))
    symlinkSync(fixture('external.bin'), path.join(folder, 'external.bin'))
    expect(refusal(model).code).toBe('file/path-escape')
    rmSync(path.join(folder, 'external.bin'))
    expect(refusal(fixture('evil-external-range.onnx'))).toMatchObject({ code: 'weights/bad-file' })
  })

  it('a header of 100 GB is refused before it is read', () => {
    const bytes = new Uint8Array(64).fill(0x7b)
    new DataView(bytes.buffer).setBigUint64(0, 100_000_000_000n, true)
    expect(refusal(made('huge.safetensors', bytes)).message).toMatch(/over the limit/)
  })

  it('lengths inside a pickle that reach past its end are refused', () => {
    const magic = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
    const protocol = [0x80, 2, 0x4d, 0xe9, 0x03, 0x2e]
    const rest: Record<string, [number[], RegExp]> = {
      text: [[0x80, 2, 0x58, 0xff, 0xff, 0xff, 0xff, 0x61], /ends in the middle/],
      bytes: [[0x80, 4, 0x8e, 0xff, 0, 0, 0, 0, 0, 0, 0], /ends in the middle/],
      length: [[0x80, 4, 0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], /over any limit/],
      integer: [[0x80, 2, 0x8b, 0xff, 0xff, 0xff, 0x7f], /over the limit/],
      underflow: [[0x80, 2, 0x52], /not there/],
      mark: [[0x80, 2, 0x74], /mark that is not there/],
      memo: [[0x80, 2, 0x68, 9], /never stored/],
      extension: [[0x80, 2, 0x82, 1], /instruction 0x82/],
      instance: [[0x80, 2, 0x69, 0x6f, 0x0a, 0x73, 0x0a], /instruction 0x69/],
    }
    for (const [name, [bytes, message]] of Object.entries(rest))
      expect(refusal(made(`${name}.pth`, Uint8Array.from([...magic, ...protocol, ...bytes]))).message, name).toMatch(message)
    expect(refusal(made('plain.pth', Uint8Array.from(protocol))).message).toMatch(/none of torch.save/)
  })
})

describe('files that cost more than they hold', () => {
  const safetensors = (name: string, header: Record<string, unknown>, data = new Uint8Array(0)): string => {
    const text = Buffer.from(JSON.stringify(header))
    const length = new Uint8Array(8)
    new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true)
    return made(name, Buffer.concat([length, text, data]))
  }

  it('dictionaries that hold one another a thousandfold are given up', () => {
    // Four dictionaries of 3000 keys each; every key of one is the dictionary before it.
    const dictionary = (slot: number, child: number | null): number[] => {
      const entries = Array.from({ length: 3000 }, (_, i) => {
        const key = [...Buffer.from(String(i))]
        return [0x8c, key.length, ...key, ...(child === null ? [0x4b, 1] : [0x68, child])]
      })
      return [0x7d, 0x71, slot, 0x28, ...entries.flat(), 0x75]
    }
    const levels = [null, 0, 1, 2].map((child, slot) => [...dictionary(slot, child), ...(slot < 3 ? [0x30] : [])])
    const legacy = [
      [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
      [0x80, 2, 0x4d, 0xe9, 0x03, 0x2e],
      [0x80, 2, 0x7d, 0x2e],
      [0x80, 4, ...levels.flat(), 0x2e],
      [0x80, 2, 0x5d, 0x2e],
    ]
    expect(refusal(made('thousandfold.pth', Uint8Array.from(legacy.flat()))).message).toMatch(/more entries/)
  })

  it('shapes of thousands of axes and millions of tensors are refused', () => {
    const entry = (shape: number[]) => ({ dtype: 'F32', shape, data_offsets: [0, 4] })
    expect(refusal(safetensors('axes.safetensors', { w: entry(new Array<number>(100_000).fill(1)) }, new Uint8Array(4))).message).toMatch(
      /bad shape/,
    )
    const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`t${i}`, { dtype: 'F32', shape: [0], data_offsets: [0, 0] }]))
    expect(refusal(safetensors('many.safetensors', many)).message).toMatch(/more than 20000/)
  })
})

describe('damaged files', () => {
  it('is cut off anywhere: an error with the file, never a crash or half a file', () => {
    for (const name of ['types.pth', 'types-legacy.pth', 'nvidia.onnx', 'expected.safetensors', 'mmseg.pth']) {
      const whole = readFileSync(fixture(name))
      const step = Math.max(1, Math.floor(whole.length / 60))
      for (let length = 0; length < whole.length; length += step) {
        const { code } = refusal(made(`cut-${length}${path.extname(name)}`, whole.subarray(0, length)))
        expect(code, `${name} after ${length} bytes`).toMatch(/^weights\/(bad-file|unsupported)$/)
      }
    }
  })

  it('one wrong byte in the tensors of a zip is noticed', () => {
    const bytes = Uint8Array.from(readFileSync(fixture('types.pth')))
    const at = Buffer.from(bytes).indexOf(Buffer.from(Float32Array.from([0.25, 0.5, 0.75]).buffer))
    bytes[at]! ^= 1
    expect(refusal(made('flipped.pth', bytes)).message).toMatch(/checksum/)
  })

  it('storages that are too short, tensors that reach outside, entries that overlap or are compressed are refused', () => {
    const whole = readFileSync(fixture('types-legacy.pth'))
    const without = whole.subarray(0, whole.length - 8)
    expect(refusal(made('short.pth', without)).message).toMatch(/cut off/)
    const zip = Uint8Array.from(readFileSync(fixture('types.pth')))
    const view = new DataView(zip.buffer)
    const central = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const change = (field: number, value: number): string => {
      const before = view.getUint16(central + field, true)
      view.setUint16(central + field, value, true)
      const file = made(`zip-${field}.pth`, zip)
      view.setUint16(central + field, before, true)
      return file
    }
    expect(refusal(change(10, 8)).code).toBe('weights/unsupported')
    expect(refusal(change(8, 1)).code).toBe('weights/unsupported')
    expect(refusal(change(24, 9999)).message).toMatch(/sizes differ/)
    expect(refusal(change(42, 77)).message).toMatch(/not where the directory says/)
  })

  it('what is no weights file says so', () => {
    expect(refusal(made('note.txt', Buffer.from('hello, this is text'))).code).toBe('weights/unsupported')
    expect(refusal(made('empty.pth', new Uint8Array(0))).code).toBe('weights/unsupported')
    expect(() => openWeightFile(path.join(folder, 'nowhere.pth'))).toThrow(expect.objectContaining({ code: 'file/not-found' }))
    expect(() => openWeightFile(folder)).toThrow(expect.objectContaining({ code: 'file/unreadable' }))
  })
})
