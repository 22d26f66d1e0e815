import { AppError } from '../../shared/errors.ts'
import { badWeights, type ByteSource } from './byteSource.ts'
import { storageType, torchGlobal } from './pickle/torchGlobals.ts'
import { unpickle, type PickleWorld } from './pickle/unpickle.ts'
import type { PickleValue } from './pickle/values.ts'
import { elementBytes, type SafeDType } from './safetensors.ts'
import { storageAt, type Storage } from './weightTensor.ts'
import { readZip, readZipEntry, type ZipEntry } from './zip.ts'

/** The description of the tensors alone; real ones have a few hundred kilobytes. */
const pickleLimit = 1 << 26

/** The first pickle of the legacy form, torch.serialization.MAGIC_NUMBER. */
const legacyMagic = 0x1950a86a20f9469cfc6cn
const legacyProtocol = 1001

/**
 * What torch.save wrote since PyTorch 1.6: a zip archive of data.pkl and one stored file per storage. The object comes back with its tensors
 * as readers of the file. Errors: weights/bad-file, weights/unsafe, weights/unsupported.
 */
export function readTorchZip(source: ByteSource): PickleValue {
  const entries = readZip(source)
  const index = [...entries.values()].find(({ name }) => /^[^/]+\/data\.pkl$/.test(name))
  if (!index) throw badWeights('it is a zip archive, but none of torch.save: it has no data.pkl', { why: 'noTorchFile' })
  const folder = index.name.slice(0, -'data.pkl'.length)
  const order = entries.get(`${folder}byteorder`)
  if (order && new TextDecoder().decode(readZipEntry(source, order)) !== 'little') throw bigEndian()
  if (index.size > pickleLimit) throw badWeights(`data.pkl of ${index.size} bytes is over the limit`, { why: 'tooLarge' })
  const storages = new Map<string, Storage>()
  const world: PickleWorld = {
    global: torchGlobal,
    persistent(id) {
      const { key, dtype, count } = storageId(id)
      const known = storages.get(key)
      if (known?.dtype === dtype) return known
      const entry = entries.get(`${folder}data/${key}`)
      if (!entry) throw badWeights(`the storage ${key} is not in the file`, { why: 'cutOff' })
      const storage = zipStorage(source, entry, dtype, count)
      storages.set(key, storage)
      return storage
    },
  }
  return unpickle(readZipEntry(source, index), world).value
}

/** The checksum of a storage is compared when it is read for the first time. */
function zipStorage(source: ByteSource, entry: ZipEntry, dtype: SafeDType, count: number): Storage {
  if (count * elementBytes[dtype] > entry.size)
    throw badWeights(`${entry.name} is shorter than the ${count} elements it should hold`, { why: 'cutOff' })
  const storage = storageAt(source, entry.offset, dtype, count)
  let checked = false
  return {
    ...storage,
    bytes(first, n) {
      if (!checked) readZipEntry(source, entry)
      checked = true
      return storage.bytes(first, n)
    },
  }
}

/**
 * What torch.save wrote before PyTorch 1.6: five pickles (magic number, protocol, system, the object, keys of the storages), then the storages, each
 * with its length. Errors: weights/bad-file, weights/unsafe, weights/unsupported.
 */
export function readTorchLegacy(source: ByteSource): PickleValue {
  const window = source.bytes(0, Math.min(source.size, pickleLimit))
  const storages = new Map<string, LateStorage>()
  const world: PickleWorld = {
    global: torchGlobal,
    persistent(id) {
      const { key, dtype, count } = storageId(id)
      const storage = storages.get(key) ?? new LateStorage(dtype, count)
      storages.set(key, storage)
      return storage
    },
  }
  let at = 0
  const next = (): PickleValue => {
    const { value, end } = unpickle(window, world, at)
    at = end
    return value
  }
  if (next() !== legacyMagic)
    throw badWeights('it is a pickle, but none of torch.save; export the weights as .safetensors, or with torch.save', {
      why: 'noTorchFile',
    })
  if (next() !== legacyProtocol) throw badWeights('it is of a version of torch.save that is not known', { why: 'otherTorch' })
  const system = next()
  if (system instanceof Map && system.get('little_endian') === false) throw bigEndian()
  const value = next()
  const keys = next()
  if (!Array.isArray(keys)) throw badWeights('the list of its storages is damaged')
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (!storage) throw badWeights(`it holds a storage ${String(key)} that nothing uses`)
    const length = source.bytes(at, 8)
    const count = new DataView(length.buffer, length.byteOffset, 8).getBigInt64(0, true)
    if (count !== BigInt(storage.count)) throw badWeights(`a storage of ${count} elements should have ${storage.count}`)
    storage.place(storageAt(source, at + 8, storage.dtype, storage.count))
    at += 8 + storage.count * elementBytes[storage.dtype]
  }
  for (const [key, storage] of storages) if (!storage.placed) throw badWeights(`the storage ${key} is not in the file`, { why: 'cutOff' })
  return value
}

/** A storage that tensors refer to before it is known where it lies. */
class LateStorage implements Storage {
  readonly dtype: SafeDType
  readonly count: number
  #real: Storage | null = null

  constructor(dtype: SafeDType, count: number) {
    this.dtype = dtype
    this.count = count
  }

  get placed(): boolean {
    return this.#real !== null
  }
  place(real: Storage): void {
    this.#real = real
  }
  bytes(first: number, count: number): Uint8Array {
    if (!this.#real) throw badWeights('a storage is not in the file')
    return this.#real.bytes(first, count)
  }
}

/** A persistent id: ('storage', type, key, device, elements[, view]). */
function storageId(id: PickleValue): { key: string; dtype: SafeDType; count: number } {
  const [kind, type, key, , count, view] = Array.isArray(id) ? (id as PickleValue[]) : []
  if (kind === 'module')
    throw new AppError('weights/unsupported', 'it holds a whole pickled module; save its state_dict() instead', {
      why: 'wholeModule',
    })
  const dtype = storageType(type)
  if (kind !== 'storage' || dtype === null || typeof key !== 'string' || !Number.isSafeInteger(count) || (count as number) < 0)
    throw badWeights('a storage is described in a way that is not known')
  if (view !== undefined && view !== null)
    throw badWeights('it shares storages in the way of PyTorch before 0.4; save it again with a newer one', { why: 'otherTorch' })
  return { key, dtype, count: count as number }
}

const bigEndian = (): AppError => new AppError('weights/unsupported', 'it was written on a big-endian machine', { why: 'bigEndian' })
