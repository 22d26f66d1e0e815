import type { Arithmetic, Program } from './program.ts'

// A program as a WebAssembly SIMD function, four floats at a time. Instruction encodings: WebAssembly core specification 2.0, section 5.4.
const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)])
const simd = (n: number): number[] => [0xfd, ...leb(n)]
const get = (local: number): number[] => [0x20, ...leb(local)]
const set = (local: number): number[] => [0x21, ...leb(local)]
const load = [...simd(0x00), 4, 0]
const store = [...simd(0x0b), 4, 0]
const splat = simd(0x13)
const op = {
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  sqrt: simd(0xe3),
  min: simd(0xe8),
  max: simd(0xe9),
  less: simd(0x43),
  greater: simd(0x44),
  and: simd(0x4e),
}
const [i32, f32, v128] = [0x7f, 0x7d, 0x7b]

const spread = (value: number): number[] => {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)]
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes]
}

/** Every result gets a local of its own: the engine's compiler keeps what fits in registers. */
class Emitter implements Arithmetic<number> {
  readonly code: number[] = []
  #next: number

  constructor(firstLocal: number) {
    this.#next = firstLocal
  }

  get end(): number {
    return this.#next
  }

  emit(...code: number[][]): number {
    this.code.push(...code.flat(), ...set(this.#next))
    return this.#next++
  }

  add = (x: number, y: number) => this.emit(get(x), get(y), op.add)
  sub = (x: number, y: number) => this.emit(get(x), get(y), op.sub)
  mul = (x: number, y: number) => this.emit(get(x), get(y), op.mul)
  div = (x: number, y: number) => this.emit(get(x), get(y), op.div)
  sqrt = (x: number) => this.emit(get(x), op.sqrt)
  clamp = (x: number, limit: number) => this.emit(get(x), spread(-limit), op.max, spread(limit), op.min)
  sign = (x: number) => {
    const is = (comparison: number[]) => [...get(x), ...spread(0), ...comparison, ...spread(1), ...op.and]
    return this.emit(is(op.greater), is(op.less), op.sub)
  }
}

/** The module: imports memory `e.m` of `pages`, exports `run(pointers of the arrays, end of the first, numbers)`. */
export function kernelModule(program: Program, pages: number): Uint8Array<ArrayBuffer> {
  const { arrays, numbers } = program
  const end = arrays.length
  const parameters = arrays.length + 1 + numbers.length
  const before = new Emitter(parameters)
  const vectors = new Map(numbers.map((name, i): [string, number] => [name, before.emit(get(end + 1 + i), splat)]))
  const loop = new Emitter(before.end)
  const loaded = new Map(arrays.map((name, i): [string, number] => [name, loop.emit(get(i), load)]))
  const results = program.build(
    loop,
    (name) => loaded.get(name)!,
    (name) => vectors.get(name)!,
  )
  const stores = [...results].flatMap(([name, local]) => [...get(arrays.indexOf(name)), ...get(local), ...store])
  const advance = arrays.flatMap((_, pointer) => [...get(pointer), 0x41, 16, 0x6a, ...set(pointer)])
  const again = [...get(0), ...get(end), 0x49, 0x0d, 0]
  const body = [...before.code, 0x03, 0x40, ...loop.code, ...stores, ...advance, ...again, 0x0b, 0x0b]
  const code = [1, ...leb(loop.end - parameters), v128, ...body]
  const section = (id: number, bytes: number[]): number[] => [id, ...leb(bytes.length), ...bytes]
  const text = (s: string): number[] => [s.length, ...[...s].map((c) => c.charCodeAt(0))]
  const types = [...Array<number>(end + 1).fill(i32), ...Array<number>(numbers.length).fill(f32)]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...leb(parameters), ...types, 0]),
    ...section(2, [1, ...text('e'), ...text('m'), 2, 1, ...leb(pages), ...leb(pages)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ])
}
