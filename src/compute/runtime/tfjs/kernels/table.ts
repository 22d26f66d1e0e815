import type { Kernel } from '../kernel.ts'
import { convKernels } from './conv.ts'
import { elementwiseKernels } from './elementwise.ts'
import { indexingKernels } from './indexing.ts'
import { matmulKernels } from './matmul.ts'
import { normKernels } from './norm.ts'
import { reduceKernels } from './reduce.ts'
import { resizeKernels } from './resize.ts'
import { selectKernels } from './select.ts'
import { shapeKernels } from './shape.ts'

/** How each ONNX operator of our graphs is computed with TensorFlow.js. */
export const kernelTable: ReadonlyMap<string, Kernel> = new Map(
  Object.entries({
    ...elementwiseKernels,
    ...reduceKernels,
    ...shapeKernels,
    ...indexingKernels,
    ...selectKernels,
    ...matmulKernels,
    ...normKernels,
    ...resizeKernels,
    ...convKernels,
  }),
)
