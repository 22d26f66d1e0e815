import { badWeights } from '../byteSource.ts'
import { ByteCursor } from './byteCursor.ts'
import { isGlobal, Opaque, unsafePickle, type PickleGlobal, type PickleValue } from './values.ts'

/** What a pickle may refer to outside of itself. */
export interface PickleWorld {
  /** A global of the allow-list. Errors: weights/unsafe for any other. */
  readonly global: (module: string, name: string) => PickleGlobal
  /** What a persistent id stands for. */
  readonly persistent: (id: PickleValue) => PickleValue
}

/**
 * Reads one pickle of protocol 2 to 5 (PEP 307, 3154, 574; opcodes of Python's pickletools) from `bytes` at `offset`. A machine without calls of its
 * own: a global has to be in the allow-list of `world`, REDUCE and NEWOBJ work on those alone, BUILD only drops the contents of opaque objects.
 * Errors: weights/bad-file, weights/unsafe.
 */
export function unpickle(bytes: Uint8Array, world: PickleWorld, offset = 0): { value: PickleValue; end: number } {
  const machine = new Machine(new ByteCursor(bytes, offset), world)
  const first = machine.input.uint8()
  if (first !== 0x80) throw badWeights('it is a pickle older than protocol 2, or none at all')
  machine.input.at = offset
  while (!machine.step());
  return { value: machine.pop(), end: machine.input.at }
}

type Step = (m: Machine) => void

class Machine {
  readonly input: ByteCursor
  readonly world: PickleWorld
  readonly memo = new Map<number, PickleValue>()
  #stack: PickleValue[] = []
  /** Stacks below the open marks. */
  readonly #below: PickleValue[][] = []

  constructor(input: ByteCursor, world: PickleWorld) {
    this.input = input
    this.world = world
  }

  /** One instruction; true for STOP. */
  step(): boolean {
    const code = this.input.uint8()
    if (code === 0x2e) return true
    const run = steps.get(code)
    if (!run) throw badWeights(`the pickle has the instruction 0x${code.toString(16)}, which weights never need`)
    run(this)
    return false
  }

  push(value: PickleValue): void {
    this.#stack.push(value)
  }
  pop(): PickleValue {
    if (this.#stack.length === 0) throw badWeights('the pickle takes a value that is not there')
    return this.#stack.pop()
  }
  top(): PickleValue {
    if (this.#stack.length === 0) throw badWeights('the pickle takes a value that is not there')
    return this.#stack.at(-1)
  }
  mark(): void {
    this.#below.push(this.#stack)
    this.#stack = []
  }
  /** Everything above the last mark. */
  sinceMark(): PickleValue[] {
    const below = this.#below.pop()
    if (!below) throw badWeights('the pickle closes a mark that is not there')
    const values = this.#stack
    this.#stack = below
    return values
  }
  tuple(length: number): void {
    const values = Array.from({ length }, () => this.pop()).reverse()
    this.push(values)
  }
  get(index: number): void {
    if (!this.memo.has(index)) throw badWeights('the pickle remembers a value that was never stored')
    this.push(this.memo.get(index))
  }
}

function call(m: Machine): void {
  const args = m.pop()
  const target = m.pop()
  if (!isGlobal(target)) throw unsafePickle(describe(target), 'call')
  if (!target.call || !Array.isArray(args)) throw unsafePickle(target.name, 'call')
  m.push(target.call(args))
}

/** The state of an object: only what carries no contents here takes one, and the `_metadata` that PyTorch hangs on its dictionaries. */
function build(m: Machine): void {
  const state = m.pop()
  const target = m.top()
  if (target instanceof Opaque) return
  const names = state instanceof Map ? [...state.keys()] : []
  if (target instanceof Map && state instanceof Map && names.every((name) => name === '_metadata')) return
  throw unsafePickle(describe(target), `set ${names.length > 0 ? names.map(String).join(', ') : 'the state'} of`)
}

function setItems(m: Machine, values: readonly PickleValue[]): void {
  const target = m.top()
  if (values.length % 2 !== 0) throw badWeights('the pickle sets a key without a value')
  if (target instanceof Opaque) return
  if (!(target instanceof Map)) throw badWeights(`the pickle sets keys of ${describe(target)}`)
  for (let i = 0; i < values.length; i += 2) target.set(values[i], values[i + 1])
}

function append(m: Machine, values: readonly PickleValue[]): void {
  const target = m.top()
  if (target instanceof Opaque) return
  if (!Array.isArray(target)) throw badWeights(`the pickle appends to ${describe(target)}`)
  for (const value of values) target.push(value)
}

function addToSet(m: Machine): void {
  const values = m.sinceMark()
  const target = m.top()
  if (!(target instanceof Set)) throw badWeights(`the pickle adds to ${describe(target)}`)
  for (const value of values) target.add(value)
}

function describe(value: PickleValue): string {
  if (isGlobal(value)) return value.name
  if (value instanceof Opaque) return value.type
  if (value instanceof Map) return 'a dictionary'
  return Array.isArray(value) ? 'a list' : typeof value
}

function stackGlobal(m: Machine): void {
  const name = m.pop()
  const module = m.pop()
  if (typeof name !== 'string' || typeof module !== 'string') throw badWeights('the pickle names a global by something that is no text')
  m.push(m.world.global(module, name))
}

const pairs = (values: readonly PickleValue[]): Map<PickleValue, PickleValue> => {
  if (values.length % 2 !== 0) throw badWeights('the pickle sets a key without a value')
  return new Map(Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]))
}

const steps = new Map<number, Step>([
  [0x80, (m) => void checkProtocol(m.input.uint8())],
  [0x95, (m) => void m.input.uint64()], // FRAME: its length is of no use here
  // Stack
  [0x28, (m) => m.mark()],
  [0x30, (m) => void m.pop()],
  [0x31, (m) => void m.sinceMark()],
  [0x32, (m) => m.push(m.top())],
  // Plain values
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x4a, (m) => m.push(m.input.int32())],
  [0x4b, (m) => m.push(m.input.uint8())],
  [0x4d, (m) => m.push(m.input.uint16())],
  [0x8a, (m) => m.push(m.input.long(m.input.uint8()))],
  [0x8b, (m) => m.push(m.input.long(m.input.uint32()))],
  [0x47, (m) => m.push(m.input.float64())],
  [0x58, (m) => m.push(m.input.text(m.input.uint32()))],
  [0x8c, (m) => m.push(m.input.text(m.input.uint8()))],
  [0x8d, (m) => m.push(m.input.text(m.input.uint64()))],
  // Strings of Python 2 are bytes that were meant as text.
  [0x54, (m) => m.push(latin(m.input.take(m.input.uint32())))],
  [0x55, (m) => m.push(latin(m.input.take(m.input.uint8())))],
  [0x42, (m) => m.push(m.input.take(m.input.uint32()))],
  [0x43, (m) => m.push(m.input.take(m.input.uint8()))],
  [0x8e, (m) => m.push(m.input.take(m.input.uint64()))],
  [0x96, (m) => m.push(m.input.take(m.input.uint64()))],
  // Tuples, lists, dictionaries, sets
  [0x29, (m) => m.push([])],
  [0x85, (m) => m.tuple(1)],
  [0x86, (m) => m.tuple(2)],
  [0x87, (m) => m.tuple(3)],
  [0x74, (m) => m.push(m.sinceMark())],
  [0x5d, (m) => m.push([])],
  [0x6c, (m) => m.push(m.sinceMark())],
  [0x61, (m) => append(m, [m.pop()])],
  [0x65, (m) => append(m, m.sinceMark())],
  [0x7d, (m) => m.push(new Map())],
  [0x64, (m) => m.push(pairs(m.sinceMark()))],
  [0x73, (m) => setItems(m, [m.pop(), m.pop()].reverse())],
  [0x75, (m) => setItems(m, m.sinceMark())],
  [0x8f, (m) => m.push(new Set())],
  [0x90, addToSet],
  [0x91, (m) => m.push(new Set(m.sinceMark()))],
  // Memo
  [0x71, (m) => void m.memo.set(m.input.uint8(), m.top())],
  [0x72, (m) => void m.memo.set(m.input.uint32(), m.top())],
  [0x94, (m) => void m.memo.set(m.memo.size, m.top())],
  [0x68, (m) => m.get(m.input.uint8())],
  [0x6a, (m) => m.get(m.input.uint32())],
  // Globals, calls, objects
  [0x63, (m) => m.push(m.world.global(m.input.line(), m.input.line()))],
  [0x93, stackGlobal],
  [0x52, call],
  [0x81, call],
  [0x62, build],
  [0x51, (m) => m.push(m.world.persistent(m.pop()))],
])

const latin = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

function checkProtocol(version: number): void {
  if (version < 2 || version > 5) throw badWeights(`it is a pickle of protocol ${version}; 2 to 5 are known`)
}
