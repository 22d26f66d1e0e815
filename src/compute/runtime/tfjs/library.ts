import { createRequire } from 'node:module'
import type { TfjsChoice } from '../../../shared/model/device.ts'
import type * as tfjs from '@tensorflow/tfjs-core'

/** The functions of TensorFlow.js, whichever backend computes them. */
export type Tf = typeof tfjs
export type Tensor = tfjs.Tensor
export type Tensor4 = tfjs.Tensor4D

/** The optional package that brings TensorFlow's native library. */
export const nativePackage = '@tensorflow/tfjs-node-gpu'

/** TensorFlow.js with one backend switched on for the whole process. Throws what the packages throw. */
export async function loadTfjs(backend: TfjsChoice['backend']): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core')
  // Without its checks for debugging, and without its advice on standard output.
  tf.enableProdMode()
  if (backend === 'tensorflow') loadNative()
  else await import('@tensorflow/tfjs-backend-cpu')
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} of TensorFlow.js did not start`)
  return tf
}

/** The native package was written for Node 22 and older, which still had these two functions. */
export function loadNative(): void {
  // Not called `require`: the bundler declares that name itself.
  const load = createRequire(import.meta.url)
  const util = load('node:util') as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= (value) => value == null
  util.isArray ??= Array.isArray
  load(nativePackage)
}
