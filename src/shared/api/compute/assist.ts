import { oc } from '@orpc/contract'
import { z } from 'zod'
import { wireErrorSchema } from '../../errors.ts'
import { assistBoxSchema, assistCandidateSchema, assistPointSchema, assistWindowSchema } from '../../model/assist.ts'
import { providerSchema } from '../../model/device.ts'
import { samFactsSchema, samOverridesSchema } from '../../model/samModel.ts'
import { maskScoresSchema } from '../../model/assistJobs.ts'
import { maskShape } from '../../model/shape.ts'

const method = oc.errors({ APP: { status: 400, data: wireErrorSchema } })

/** How a file was; bytes null: it was not there. */
export const fileStampSchema = z.object({
  file: z.string(),
  bytes: z.number().nullable(),
  modifiedMs: z.number(),
  changedMs: z.number(),
  /** What the disk calls it. */
  inode: z.number(),
})
export type FileStamp = z.infer<typeof fileStampSchema>

/** Where a SAM lies and how it is run. Paths here come from the host, never from a page. */
export const samSourceSchema = z.object({
  encoderFile: z.string(),
  decoderFile: z.string().nullable(),
  overrides: samOverridesSchema,
  provider: providerSchema,
  threads: z.int().min(1),
  /** What was recognised of it, of files as the stamps say (weights and configuration beside it among them); null: nothing yet. */
  known: z
    .object({
      hash: z.string(),
      sha256: z.object({ encoder: z.string(), decoder: z.string().nullable() }),
      stamps: z.array(fileStampSchema),
    })
    .nullable(),
})
export type SamSource = z.infer<typeof samSourceSchema>

/** An embedding on the disk, and the part of the picture that it is of. */
const embeddedSchema = z.object({ source: samSourceSchema, embeddingFile: z.string(), window: assistWindowSchema })

/** A prompt whose places are pixels of the picture. */
const promptSchema = z.object({
  points: z.array(assistPointSchema),
  box: assistBoxSchema.nullable(),
  mask: maskShape.nullable(),
  previous: z.string().nullable(),
  /** What `previous` looked like, for a process that does not know it any more. */
  previousMask: maskShape.nullable().optional(),
  /** Nobody will correct what is found: it is not kept as something to go on from. */
  passing: z.boolean().optional(),
})
export type SamQuestion = z.infer<typeof promptSchema>

/** What a model is, and every file that says so. */
const recognisedSchema = z.object({ facts: samFactsSchema, files: z.array(z.string()) })
export type RecognisedSam = z.infer<typeof recognisedSchema>

/** What can be asked of a process that holds SAMs; one process encodes, another one answers clicks, so that no click waits for an encoder. */
export const assistComputeApi = {
  /** Answers as soon as the process has started. */
  ready: method.input(z.object({})).output(z.object({})),
  /** Recognises the files of a model and loads its decoder. Errors: assist/*, file/*. */
  recognise: method.input(samSourceSchema).output(recognisedSchema),
  /** Encodes raw RGB bytes of this size and writes the embedding, whole or not at all. Errors: assist/* (assist/model-changed: its files are others than those that are known), device/*, file/*, disk/*. */
  encode: method
    .input(
      z.object({ source: samSourceSchema, pixels: z.object({ file: z.string(), width: z.int(), height: z.int() }), outFile: z.string() }),
    )
    .output(z.object({ bytes: z.int(), loadMs: z.number(), encodeMs: z.number() })),
  /** Answers several prompts about one embedding; null where the embedding is not there, or not whole. Errors: assist/*, device/*. */
  decode: method.input(embeddedSchema.extend({ prompts: z.array(promptSchema).min(1).max(64) })).output(
    z
      .object({
        answers: z.array(z.array(assistCandidateSchema)),
        fromMemory: z.boolean(),
        decodeMs: z.number(),
      })
      .nullable(),
  ),
  /** Every mask of single clicks that passes the thresholds of automatic masks (specs/sam.md 2.6); null as `decode`. Errors: assist/*, device/*. */
  probe: method
    .input(
      embeddedSchema.extend({
        points: z
          .array(z.tuple([z.number(), z.number()]))
          .min(1)
          .max(64),
        predIouThreshold: z.number(),
        stabilityThreshold: z.number(),
        stabilityOffset: z.number(),
      }),
    )
    .output(
      z
        .object({
          found: z.array(
            z.object({
              point: z.tuple([z.number(), z.number()]),
              /** null where the model does not say: then its stability stands for it. */
              iou: z.number().nullable(),
              stability: z.number(),
              mask: maskShape,
            }),
          ),
          /** Where nothing was found: the scores that came nearest to the thresholds. */
          nearest: maskScoresSchema.nullable(),
        })
        .nullable(),
    ),
}
