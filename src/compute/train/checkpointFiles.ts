import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { diskError, syncFolder, writeDurable } from '../files/durableFile.ts'
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts'
import type { SafeTensor, WritableTensor } from '../weights/safetensors.ts'

/** Where a training stands after `step` updates; together with the tensors it is everything a resume needs. */
export const checkpointStateSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  attempt: z.int().min(1),
  step: z.int().min(0),
  epoch: z.number().min(0),
  seed: z.int(),
  snapshotHash: z.string(),
  /** SHA-256 of the parts of the config that shape the loss curve. */
  configHash: z.string(),
  /** The step of the last finished validation, 0 before the first. */
  validatedStep: z.int().min(0),
  /** The metric that chooses the best checkpoint: its value here, and the best one so far. */
  primary: z.strictObject({ name: z.string(), best: z.number(), bestStep: z.int(), last: z.number() }).nullable(),
  /** Updates among the steps; in float16 a step whose gradients overflow is none. */
  updates: z.int().min(0),
  /** Dynamic loss scaling of float16; null in float32. */
  lossScale: z.strictObject({ scale: z.number(), good: z.int().min(0) }).nullable(),
  /** What hooks keep over a resume, by their name. */
  hooks: z.record(z.string(), z.unknown()).default({}),
  wall: z.number(),
})
export type CheckpointState = z.infer<typeof checkpointStateSchema>

const manifestSchema = z.strictObject({
  version: z.literal(1),
  files: z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() })),
})
const parts = ['model.safetensors', 'optimizer.safetensors', 'state.json'] as const
/** The averaged weights, under the names of the model; only where they are kept. */
const averagePart = 'ema.safetensors'

export interface CheckpointContent {
  state: CheckpointState
  model: readonly WritableTensor[]
  average?: readonly WritableTensor[] | undefined
  optimizer: readonly WritableTensor[]
}
export interface LoadedCheckpoint {
  state: CheckpointState
  model: ReadonlyMap<string, SafeTensor>
  average?: ReadonlyMap<string, SafeTensor> | undefined
  optimizer: ReadonlyMap<string, SafeTensor>
}

/** Writes a checkpoint folder beside its place and renames it, so that a folder of this name is always complete. Errors: disk/*. */
export async function writeCheckpoint(folder: string, content: CheckpointContent): Promise<void> {
  const beside = join(dirname(folder), `.tmp-${process.pid}-${content.state.step}`)
  const pieces: Record<string, readonly Uint8Array[]> = {
    'model.safetensors': writeSafetensors(content.model),
    'optimizer.safetensors': writeSafetensors(content.optimizer),
    ...(content.average ? { [averagePart]: writeSafetensors(content.average) } : {}),
    'state.json': [Buffer.from(JSON.stringify(content.state, null, 1))],
  }
  try {
    await rm(beside, { recursive: true, force: true })
    await mkdir(beside, { recursive: true })
    const files: z.infer<typeof manifestSchema>['files'] = {}
    for (const [part, content] of Object.entries(pieces)) {
      await writeDurable(join(beside, part), content)
      files[part] = { bytes: content.reduce((sum, piece) => sum + piece.byteLength, 0), sha256: sha256(content) }
    }
    await writeDurable(join(beside, 'manifest.json'), JSON.stringify({ version: 1, files }, null, 1))
    await syncFolder(beside)
    await rename(beside, folder)
    await syncFolder(dirname(folder))
  } catch (cause) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw cause instanceof AppError ? cause : diskError(cause, folder)
  }
}

/** Reads a checkpoint folder and checks every byte against its hashes. Errors: checkpoint/not-found, checkpoint/damaged. */
export async function readCheckpoint(folder: string): Promise<LoadedCheckpoint> {
  const manifest = await readJson(folder, 'manifest.json', manifestSchema)
  const bytes = new Map<string, Uint8Array>()
  for (const part of averagePart in manifest.files ? [...parts, averagePart] : parts) {
    const entry = manifest.files[part]
    const content = await readPart(folder, part)
    if (!entry || entry.bytes !== content.byteLength || entry.sha256 !== sha256([content]))
      throw damaged(folder, `${part} is not what was written`)
    bytes.set(part, content)
  }
  try {
    const state = checkpointStateSchema.parse(JSON.parse(Buffer.from(bytes.get('state.json')!).toString('utf8')))
    return {
      state,
      model: readSafetensors(bytes.get('model.safetensors')!).tensors,
      optimizer: readSafetensors(bytes.get('optimizer.safetensors')!).tensors,
      average: bytes.has(averagePart) ? readSafetensors(bytes.get(averagePart)!).tensors : undefined,
    }
  } catch (cause) {
    throw damaged(folder, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

export async function readCheckpointState(folder: string): Promise<CheckpointState> {
  return readJson(folder, 'state.json', checkpointStateSchema)
}

function sha256(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

async function readPart(folder: string, part: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, part))
  } catch (cause) {
    throw damaged(folder, `${part} cannot be read`, cause)
  }
}

async function readJson<T>(folder: string, part: string, schema: z.ZodType<T>): Promise<T> {
  const content = await readPart(folder, part)
  try {
    return schema.parse(JSON.parse(Buffer.from(content).toString('utf8')))
  } catch (cause) {
    throw damaged(folder, `${part} is not readable`, cause)
  }
}

function damaged(folder: string, reason: string, cause?: unknown): AppError {
  return new AppError('checkpoint/damaged', `the checkpoint ${folder} is damaged: ${reason}`, { checkpoint: folder, reason }, { cause })
}
