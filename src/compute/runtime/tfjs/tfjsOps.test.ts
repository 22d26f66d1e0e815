import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { casesOf, checkShapeRules, compareRunners } from '../../autodiff/gradCheck.ts'
import { opTable } from '../../ops/table.ts'
import { sessionRunner } from '../sessionRunner.ts'
import { loadTfjs, nativePackage } from './library.ts'

const tfjs = sessionRunner({ provider: 'tfjs', threads: 1 })
const cpu = sessionRunner({ provider: 'cpu', threads: 1 })

/** Sums in another order, and an error function that is good to 1.5e-7; seen: 5e-7 at most. */
const tolerance = 2e-6

describe('the table of ops on TensorFlow.js', () => {
  const cases = casesOf(opTable)

  it('gives the values and gradients of ONNX Runtime for every case of every op', async () => {
    const results = await compareRunners(cases, tfjs, cpu)
    expect(results.length).toBeGreaterThan(100)
    expect(results.filter(({ error }) => !(error <= tolerance))).toEqual([])
  })

  it('gives bound and symbolic graphs the shapes of the shape rules, and the same values', async () => {
    const errors = await checkShapeRules(cases, tfjs)
    expect(errors).toHaveLength(cases.length)
    expect(errors.flat()).toEqual([])
  })

  const native = path.join(import.meta.dirname, '../../../../node_modules', nativePackage, 'dist/kernels')
  // The native library cannot run without its download; which kernels it has stands in its package, where that is installed.
  it.runIf(existsSync(native))('calls no kernel that the native backend lacks', async () => {
    const files = globSync('*.js', { cwd: native }).map((file) => readFileSync(path.join(native, file), 'utf8'))
    const registered = new Set(files.flatMap((text) => [...text.matchAll(/kernelName: (?:\w+\.|')(\w+)/g)].map(([, name]) => name!)))
    const tf = await loadTfjs('cpu')
    const { kernelNames } = await tf.profile(async () => {
      await compareRunners(cases, tfjs, tfjs)
      return tf.scalar(0)
    })
    expect(kernelNames.length).toBeGreaterThan(40)
    expect(kernelNames.filter((name) => !registered.has(name))).toEqual([])
  })
})
