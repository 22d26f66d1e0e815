import { availableParallelism } from 'node:os'
import { implement } from '@orpc/server'
import { computeContract } from '../shared/api/compute/contract.ts'
import type { TrainEvent } from '../shared/api/compute/contract.ts'
import { AppError } from '../shared/errors.ts'
import { AssistCompute } from './assist/assistCompute.ts'
import { exportModel } from './export/exportModel.ts'
import { exportWeights } from './export/exportWeights.ts'
import { exportTuned } from './export/sam/exportTuned.ts'
import { convertSam, inspectSam } from './export/sam/importSam.ts'
import { ModelCache } from './predict/modelCache.ts'
import { pictureCertainty, predictPicture } from './predict/predict.ts'
import { findCuda } from './runtime/native/cuda.ts'
import { findVulkanAdapters } from './runtime/native/vulkan.ts'
import { probeProvider } from './runtime/provider.ts'
import { chooseTfjsBackend } from './runtime/tfjs/backend.ts'
import { compareMaps, drawTruth } from './train/drawComparison.ts'
import { estimateMemory } from './train/estimateMemory.ts'
import { evaluateSource } from './train/evaluateSource.ts'
import { previewSamples } from './train/previewSamples.ts'
import { inspectWeights } from './train/inspectWeights.ts'
import { predictForComparison } from './train/runPredictions.ts'
import { estimateTuneMemory } from './train/tune/estimateTuneMemory.ts'
import { TrainRun } from './train/trainRun.ts'
import { progressOf } from './progress.ts'

/** The services of one compute process. */
export interface ComputeServices {
  readonly router: ReturnType<typeof createRouter>
  /** Ends what is running, with checkpoints; resolves when the folders are at rest. */
  close(): Promise<void>
}

export function createComputeServices(): ComputeServices {
  const runs = new Map<string, TrainRun>()
  const threads = Math.min(availableParallelism(), 32)
  const models = new ModelCache({ threads })
  const assist = new AssistCompute()
  return {
    router: createRouter({ runs, models, assist, threads }),
    async close() {
      for (const run of runs.values()) run.stop()
      await Promise.all([...runs.values()].map((run) => run.done))
    },
  }
}

interface Parts {
  runs: Map<string, TrainRun>
  models: ModelCache
  assist: AssistCompute
  threads: number
}

function createRouter({ runs, models, assist, threads }: Parts) {
  const os = implement(computeContract)
  return os.router({
    assist: {
      ready: os.assist.ready.handler(() => ({})),
      recognise: os.assist.recognise.handler(({ input }) => assist.recognise(input)),
      encode: os.assist.encode.handler(({ input }) => assist.encode(input.source, input.pixels, input.outFile)),
      decode: os.assist.decode.handler(({ input: { prompts, ...embedded } }) => assist.decode(embedded, prompts)),
      probe: os.assist.probe.handler(({ input }) => assist.probe(input)),
    },
    samImport: {
      inspect: os.samImport.inspect.handler(({ input: { file, options } }) => inspectSam(file, options)),
      convert: os.samImport.convert.handler(({ input: { options, ...input }, signal }) =>
        convertSam({ ...options, ...input, threads, signal }),
      ),
    },
    tuning: {
      estimateMemory: os.tuning.estimateMemory.handler(({ input }) => estimateTuneMemory(input.config, input.encoderFile)),
      exportTuned: os.tuning.exportTuned.handler(({ input }) => exportTuned({ ...input, threads })),
    },
    train: os.train.handler(async function* ({ input }): AsyncGenerator<TrainEvent, void, void> {
      if (runs.size > 0) throw new AppError('run/busy', 'this process is already training', { runId: [...runs.keys()][0]! })
      const run = new TrainRun(input)
      runs.set(input.runId, run)
      try {
        yield* run.events
      } finally {
        // Also when the reader leaves in the middle: the training ends with a checkpoint.
        run.stop()
        await run.done
        runs.delete(input.runId)
      }
    }),
    stop: os.stop.handler(({ input }) => {
      const run = runs.get(input.runId)
      if (!run) throw new AppError('run/not-found', `run ${input.runId} is not training here`, { runId: input.runId })
      run.stop()
      return {}
    }),
    exportModel: os.exportModel.handler(({ input, signal }) => exportModel({ ...input, threads, signal })),
    predict: os.predict.handler(({ input }) =>
      models.use(input.modelFile, input.provider, async (model) => ({ ...(await predictPicture(model, input)), provider: model.provider })),
    ),
    certainty: os.certainty.handler(({ input }) =>
      models.use(input.modelFile, input.provider, async (model) => ({ certainty: await pictureCertainty(model, input.imageFile) })),
    ),
    evaluate: os.evaluate.handler(({ input, signal }) =>
      evaluateSource(input.source, input.splits, { threads, signal, inference: input.inference }),
    ),
    predictForComparison: os.predictForComparison.handler(({ input, signal }) =>
      progressOf(signal, (work) => predictForComparison({ ...input, ...work, threads })),
    ),
    drawTruth: os.drawTruth.handler(({ input, signal }) => progressOf(signal, (work) => drawTruth({ ...input, ...work }))),
    compareMaps: os.compareMaps.handler(({ input, signal }) => progressOf(signal, (work) => compareMaps({ ...input, ...work }))),
    previewSamples: os.previewSamples.handler(({ input, signal }) => previewSamples({ ...input, signal })),
    inspectWeights: os.inspectWeights.handler(({ input }) => inspectWeights(input.file, input.rules, input.model)),
    estimateMemory: os.estimateMemory.handler(({ input }) => estimateMemory(input.config, input.classes)),
    exportWeights: os.exportWeights.handler(({ input }) => exportWeights(input)),
    tfjsBackend: os.tfjsBackend.handler(() => chooseTfjsBackend()),
    probe: os.probe.handler(({ input }) => probeProvider(input.provider, { adapter: input.adapter, half: true })),
    hardware: os.hardware.handler(() => ({ vulkan: findVulkanAdapters(), cuda: findCuda() })),
  })
}
