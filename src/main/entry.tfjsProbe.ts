import { createRequire } from 'node:module'

// Loads the optional TensorFlow addon and says how that went; whatever happens, only this process ends.
// Not called `require`: the bundler declares that name itself.
const load = createRequire(import.meta.url)
const util = load('node:util') as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean }
// It was written for Node 22 and older, which still had these.
util.isNullOrUndefined ??= (value) => value == null
util.isArray ??= Array.isArray

interface Library {
  readonly version: Record<string, string>
  getBackend(): string
  ones(shape: number[]): object
  matMul(x: object, y: object): { dataSync(): Float32Array }
}

let answer: { loads: boolean; state: string }
try {
  const tf = load('@tensorflow/tfjs-node-gpu') as Library
  // Loading is not computing: a driver that does not fit shows here.
  const [product] = tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()
  if (product !== 2) throw new Error(`1 * 1 + 1 * 1 = ${product}`)
  answer = { loads: true, state: `tfjs ${tf.version['tfjs'] ?? '?'}, backend ${tf.getBackend()}` }
} catch (error) {
  const first = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  answer = { loads: false, state: /tfjs_binding|napi|Cannot find module/.test(first) ? `native addon missing: ${first}` : first }
}
process.stderr.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0))
