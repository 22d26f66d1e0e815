import { eventIterator, oc } from '@orpc/contract'
import type { ContractRouterClient } from '@orpc/contract'
import { z } from 'zod'
import { wireErrorSchema } from '../../errors.ts'
import { inferenceSchema } from '../../model/train/inference.ts'
import { certaintySchema } from '../../model/certainty.ts'
import { hardwareSchema, probeAnswerSchema, providerSchema, tfjsChoiceSchema } from '../../model/device.ts'
import { findingSchema } from '../../model/finding.ts'
import { idSchema } from '../../model/ids.ts'
import { memoryEstimateSchema } from '../../model/memory.ts'
import { paritySchema, precisionSchema } from '../../model/modelRecord.ts'
import { classTableSchema, metricPointSchema } from '../../model/run.ts'
import { sampleSheetSchema } from '../../model/sampleSheet.ts'
import { weightNamingSchema, weightsReportSchema } from '../../model/weights.ts'
import { assistComputeApi } from './assist.ts'
import { samImportApi } from './samImport.ts'
import { tuningComputeApi } from './tuning.ts'

const method = oc.errors({ APP: { status: 400, data: wireErrorSchema } })

/** What a training says while it runs. Everything is in runs/<id>/log.jsonl as well, which is the truth. */
export const trainEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    status: z.enum(['preparing', 'running', 'validating', 'saving', 'stopping', 'stopped', 'finished']),
    step: z.int(),
    epoch: z.number(),
    totalSteps: z.int(),
    totalEpochs: z.number(),
    device: z.string(),
    leftSeconds: z.number().nullable(),
  }),
  z.object({ type: z.literal('metrics'), points: z.array(metricPointSchema) }),
  z.object({ type: z.literal('classTable'), table: classTableSchema }),
  z.object({ type: z.literal('primary'), name: z.string(), best: z.number(), bestStep: z.int(), last: z.number() }),
  z.object({ type: z.literal('log'), line: z.string() }),
  z.object({ type: z.literal('finding'), finding: findingSchema }),
  z.object({ type: z.literal('samples'), sheet: sampleSheetSchema }),
])
export type TrainEvent = z.infer<typeof trainEventSchema>

/** Why an attempt computes its batches in more parts than the one before: that ran out of memory. */
const memoryRestartSchema = z.object({
  batchSize: z.int(),
  /** Parts of a batch then and now. */
  before: z.int(),
  parts: z.int(),
  reason: z.string(),
})
export type MemoryRestart = z.infer<typeof memoryRestartSchema>

const doneOfSchema = z.object({ done: z.int(), total: z.int() })

/** One process among those that train a run together on this machine: where they meet, and the secret by which they know each other. */
const replicaSchema = z.object({
  rank: z.int().min(0),
  size: z.int().min(2),
  /** Path of a socket, or name of a Windows pipe. */
  endpoint: z.string(),
  token: z.string().min(32).max(48),
})
export type Replica = z.infer<typeof replicaSchema>

/** Paths here come from the host, never from a page. */
export const computeContract = {
  assist: assistComputeApi,
  samImport: samImportApi,
  tuning: tuningComputeApi,
  /**
   * Trains the run in its folder (config.json and snapshot.json are there); resumes from checkpoints/ when attempt > 1. Ends with state stopped or
   * finished; of several replicas only the first speaks and writes, the others end without a word. Errors: run/*, checkpoint/*, device/*, file/*,
   * process/gone (another replica ended, `data.peer`), process/timeout.
   */
  train: method
    .input(
      z.object({
        runId: idSchema,
        runFolder: z.string(),
        attempt: z.int().min(1),
        restart: memoryRestartSchema.optional(),
        replica: replicaSchema.optional(),
      }),
    )
    .output(eventIterator(trainEventSchema)),
  /** Ends the training after the step in progress, with a checkpoint. */
  stop: method.input(z.object({ runId: idSchema })).output(z.object({})),
  /** Writes runs' checkpoint as ONNX with metadata and measures parity on real pictures of the snapshot. Errors: checkpoint/*, model/parity-failed. */
  exportModel: method
    .input(
      z.object({
        runFolder: z.string(),
        checkpoint: z.enum(['best', 'last']),
        precision: precisionSchema,
        outFile: z.string(),
        modelId: idSchema,
        name: z.string(),
      }),
    )
    .output(
      z.object({
        bytes: z.int(),
        opset: z.int(),
        irVersion: z.int(),
        taskId: z.string(),
        datasetHash: z.string(),
        classes: z.array(z.object({ name: z.string(), color: z.string() })),
        inputSize: z.tuple([z.int(), z.int()]),
        parity: paritySchema,
        primary: z.object({ name: z.string(), value: z.number() }).nullable(),
      }),
    ),
  /** How sure the model is of a picture (see shared/model/certainty.ts). Errors: file/*, model/bad-file. */
  certainty: method
    .input(z.object({ modelFile: z.string(), imageFile: z.string(), provider: providerSchema.default('cpu') }))
    .output(z.object({ certainty: certaintySchema })),
  /** Runs an exported model on a picture; writes `<outPrefix>.overlay.png` and `<outPrefix>.index.png` at the picture's size, with `preview` also the picture under its overlay as `<outPrefix>.preview.png`. Errors: model/bad-file, file/*. */
  predict: method
    .input(
      z.object({
        modelFile: z.string(),
        imageFile: z.string(),
        outPrefix: z.string(),
        provider: providerSchema.default('cpu'),
        preview: z.boolean().default(false),
        inference: inferenceSchema.optional(),
      }),
    )
    .output(
      z.object({
        width: z.int(),
        height: z.int(),
        provider: z.string(),
        decodeMs: z.number(),
        inferMs: z.number(),
        shares: z.array(z.object({ name: z.string(), color: z.string(), share: z.number() })),
      }),
    ),
  /** Scores a run's checkpoint on its own snapshot, or an exported model on any snapshot.json. Errors: checkpoint/*, model/bad-file, model/unsupported (other classes), file/*, run/no-training-items (no item in the splits). */
  evaluate: method
    .input(
      z.object({
        source: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('checkpoint'), runFolder: z.string(), checkpoint: z.enum(['best', 'last']) }),
          z.object({ kind: z.literal('model'), modelFile: z.string(), snapshotFile: z.string(), provider: providerSchema.default('cpu') }),
        ]),
        splits: z.array(z.string()).min(1),
        /** Absent: as the run validated; a model: once, as a whole. */
        inference: inferenceSchema.optional(),
      }),
    )
    .output(
      z.object({
        items: z.int(),
        mIoU: z.number().nullable(),
        mAcc: z.number().nullable(),
        aAcc: z.number().nullable(),
        table: classTableSchema,
      }),
    ),
  /**
   * Predicts the pictures of a comparison with a checkpoint of a run, as it validates, into `outFolder`; what is there already stays. Says how far it
   * is. Errors: checkpoint/*, file/*, voc/*, disk/*.
   */
  predictForComparison: method
    .input(
      z.object({
        runFolder: z.string(),
        checkpoint: z.object({ which: z.enum(['best', 'last']), step: z.int() }),
        itemsFile: z.string(),
        outFolder: z.string(),
      }),
    )
    .output(eventIterator(doneOfSchema)),
  /** Draws the pictures of a comparison and their truth, small; what is there already stays. Errors: file/*, voc/*, disk/*. */
  drawTruth: method.input(z.object({ itemsFile: z.string(), outFolder: z.string() })).output(eventIterator(doneOfSchema)),
  /** Writes the disagreement of every pair of runs on every picture. Errors: file/*, voc/*, disk/*. */
  compareMaps: method
    .input(
      z.object({
        itemsFile: z.string(),
        maps: z.array(z.object({ folder: z.string(), index: z.array(z.int()) })),
        outFile: z.string(),
      }),
    )
    .output(eventIterator(doneOfSchema)),
  /** Writes the first samples of an epoch as a training of this config is fed: `<outPrefix>-<n>.image.png` and `.label.png` (class colours). Errors: config/*, run/no-training-items, file/*, voc/*. */
  previewSamples: method
    .input(
      z.object({
        config: z.record(z.string(), z.unknown()),
        snapshotFile: z.string(),
        outPrefix: z.string(),
        epoch: z.int().min(0),
        count: z.int().min(1).max(64),
      }),
    )
    .output(z.object({ samples: z.array(z.object({ name: z.string(), classes: z.array(z.int()) })) })),
  /**
   * What a weights file would do to the network of a config with so many classes, or to the one it looks like (model null). Reads headers
   * only. Errors: weights/*, file/*, config/*.
   */
  inspectWeights: method
    .input(
      z.object({
        file: z.string(),
        rules: z.object({
          naming: z.enum(['auto', ...weightNamingSchema.options]),
          use: z.enum(['auto', 'model', 'ema']),
          minMatched: z.number(),
          head: z.enum(['load', 'skip']),
        }),
        model: z.object({ config: z.record(z.string(), z.unknown()), classes: z.int().min(1) }).nullable(),
      }),
    )
    .output(weightsReportSchema),
  /** What a training of a config with so many classes would hold in memory, from its graphs; nothing is computed. Errors: config/*. */
  estimateMemory: method
    .input(z.object({ config: z.record(z.string(), z.unknown()), classes: z.int().min(1) }))
    .output(memoryEstimateSchema),
  /** Writes a checkpoint's weights as .safetensors; with `modelFile`, only if it is the checkpoint this model was made from. Errors: checkpoint/*, model/bad-file, disk/*. */
  exportWeights: method
    .input(
      z.object({
        runFolder: z.string(),
        checkpoint: z.enum(['best', 'last']),
        modelFile: z.string().nullable(),
        naming: weightNamingSchema,
        outFile: z.string(),
      }),
    )
    .output(z.object({ tensors: z.int(), bytes: z.int(), step: z.int(), leftOut: z.array(z.string()) })),
  /** What a training on TensorFlow.js would compute with here. */
  tfjsBackend: method.input(z.object({})).output(tfjsChoiceSchema),
  /** Starts one provider on a tiny graph in this process, on one of its adapters (null: the first). */
  probe: method.input(z.object({ provider: providerSchema, adapter: z.int().min(0).nullable().default(null) })).output(probeAnswerSchema),
  /** What native calls tell of Vulkan and CUDA. A broken driver ends this process. */
  hardware: method.input(z.object({})).output(hardwareSchema),
}
export type ComputeClient = ContractRouterClient<typeof computeContract>
