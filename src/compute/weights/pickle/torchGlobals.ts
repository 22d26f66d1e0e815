import type { SafeDType } from '../safetensors.ts'
import { badWeights } from '../byteSource.ts'
import { stridedTensor, type Storage } from '../weightTensor.ts'
import { Opaque, unsafePickle, type PickleGlobal, type PickleValue } from './values.ts'

const storageTypes: Readonly<Record<string, SafeDType>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
}

/** The element type of a storage class such as torch.FloatStorage; null for anything else. */
export function storageType(value: PickleValue): SafeDType | null {
  const name = value !== null && typeof value === 'object' && 'name' in value ? String(value.name) : ''
  const match = /^torch\.(?:cuda\.)?(\w+Storage)$/.exec(name)
  return match ? (storageTypes[match[1]!] ?? null) : null
}

const isStorage = (value: PickleValue): value is Storage =>
  value !== null && typeof value === 'object' && 'bytes' in value && 'count' in value && 'dtype' in value

const isSizes = (value: PickleValue): value is number[] =>
  Array.isArray(value) && value.length <= 64 && value.every((n) => Number.isSafeInteger(n) && n >= 0)

/** torch._utils._rebuild_tensor(storage, offset, size, stride); the later forms only add flags. */
function rebuildTensor(args: readonly PickleValue[]): PickleValue {
  const [storage, offset, shape, stride] = args
  if (!isStorage(storage) || !isSizes([offset]) || !isSizes(shape) || !isSizes(stride) || shape.length !== stride.length)
    throw badWeights('a tensor is described by something else than a storage, an offset, sizes and strides')
  return stridedTensor(storage, { shape, stride, offset: offset as number })
}

/** OrderedDict() or OrderedDict([(key, value), ..]). */
function orderedDict(args: readonly PickleValue[]): PickleValue {
  const [entries = []] = args
  if (args.length > 1 || !Array.isArray(entries) || !entries.every((entry) => Array.isArray(entry) && entry.length === 2))
    throw unsafePickle('collections.OrderedDict', 'call, with arguments nobody writes,')
  return new Map(entries as [PickleValue, PickleValue][])
}

function set(args: readonly PickleValue[]): PickleValue {
  const [values = []] = args
  if (args.length > 1 || !Array.isArray(values)) throw unsafePickle('builtins.set', 'call, with arguments nobody writes,')
  return new Set(values)
}

const calls: Readonly<Record<string, PickleGlobal['call']>> = {
  'collections.OrderedDict': orderedDict,
  'collections.defaultdict': () => new Map(),
  'collections.Counter': () => new Map(),
  'builtins.set': set,
  '__builtin__.set': set,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([data]) => data,
  'torch._utils._rebuild_parameter_with_state': ([data]) => data,
  'torch.Size': ([sizes]) => sizes,
}

/** Records that training frameworks leave in checkpoints beside the weights; they come into being empty. */
const opaque = new Set([
  'torch.device',
  'argparse.Namespace',
  'types.SimpleNamespace',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  'datetime.datetime',
  'datetime.timedelta',
  '_codecs.encode',
  'numpy.ndarray',
  'numpy.dtype',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'mmengine.logging.history_buffer.HistoryBuffer',
])

/** Types that may be named (the factory of a defaultdict, the dtype of a setting) but never called. */
const onlyNamed =
  /^(?:(?:builtins|__builtin__)\.(?:list|dict|int|float|str|bool|tuple|object)|torch\.(?:cuda\.)?\w+Storage|torch\.(?:float|double|half|bfloat|int|uint|long|short|bool|complex)\d*)$/

/**
 * The allow-list of checkpoints written by torch.save: how tensors are put together, dictionaries, and a few records that are carried along empty.
 * Each of these is a function here, in this file; Python's are never looked up. Errors: weights/unsafe.
 */
export function torchGlobal(module: string, name: string): PickleGlobal {
  const full = `${module}.${name}`
  if (Object.hasOwn(calls, full)) return { kind: 'global', name: full, call: calls[full] }
  if (opaque.has(full)) return { kind: 'global', name: full, call: () => new Opaque(full) }
  if (onlyNamed.test(full)) return { kind: 'global', name: full }
  throw unsafePickle(full, 'use')
}
