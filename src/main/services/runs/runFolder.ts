import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { trainEventSchema, type TrainEvent } from '../../../shared/api/compute/contract.ts'
import { configRecordSchema, type ConfigRecord } from '../../../shared/model/config/origin.ts'
import { startWeightsSchema } from '../../../shared/api/page/weights.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import type { RunConfig } from '../../../shared/model/runConfig.ts'

export const runFolderOf = (projectFolder: string, runId: string): string => path.join(projectFolder, 'runs', runId)

/** config.json, config.origin.json and snapshot.json: written whole before the compute process starts. */
export async function writeRunInputs(folder: string, config: RunConfig, record: ConfigRecord, snapshot: Snapshot): Promise<void> {
  await writeRunConfig(folder, config, record)
  await writeWhole(path.join(folder, 'snapshot.json'), JSON.stringify(snapshot))
}

/** The record first: a config without one says less than it could, a record without its config would lie. */
export async function writeRunConfig(folder: string, config: RunConfig, record: ConfigRecord): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeWhole(path.join(folder, 'config.origin.json'), JSON.stringify(record, null, 2))
  await writeWhole(path.join(folder, 'config.json'), JSON.stringify(config, null, 2))
}

/** Null where the folder has none that can be read. */
export async function readConfigRecord(folder: string): Promise<ConfigRecord | null> {
  const parsed = configRecordSchema.safeParse(await readJson(path.join(folder, 'config.origin.json')))
  return parsed.success ? parsed.data : null
}

/** Written beside its place, synced and renamed. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.part`
  const handle = await open(partial, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(partial, file)
}

export const hasRunInputs = (folder: string): Promise<boolean> =>
  stat(path.join(folder, 'snapshot.json')).then(
    () => true,
    () => false,
  )

export interface CheckpointInfo {
  readonly name: string
  readonly step: number
  readonly attempt: number
  readonly best: boolean
}

/** Complete checkpoints, newest last. A folder has its name only when it is whole; index.json says which one is the best. */
export async function listCheckpoints(folder: string): Promise<CheckpointInfo[]> {
  const checkpoints = path.join(folder, 'checkpoints')
  const names = await readdir(checkpoints).catch(() => [])
  const index = z.object({ best: z.string().nullable() }).safeParse(await readJson(path.join(checkpoints, 'index.json')))
  const best = index.success ? index.data.best : null
  return names
    .flatMap((name) => {
      const match = /^step-(\d{8})-a(\d+)$/.exec(name)
      return match ? [{ name, step: Number(match[1]), attempt: Number(match[2]), best: name === best }] : []
    })
    .sort((a, b) => a.attempt - b.attempt || a.step - b.step)
}

/** What the run started from, written by its training; null for weights drawn by chance. */
export async function readStartWeights(folder: string): Promise<z.infer<typeof startWeightsSchema> | null> {
  const parsed = startWeightsSchema.safeParse(await readJson(path.join(folder, 'weights.json')))
  return parsed.success ? parsed.data : null
}

/** '' for a file that is not there. */
export const readText = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch {
    return null
  }
}

const loggedSchema = z.intersection(trainEventSchema, z.object({ attempt: z.int().min(1), wall: z.number() }))
export type LoggedEvent = TrainEvent & { attempt: number; wall: number }

/** log.jsonl, line by line; what cannot be read (the end of a killed process) is left out. */
export async function* readRunLog(folder: string): AsyncGenerator<LoggedEvent> {
  const file = path.join(folder, 'log.jsonl')
  if (!(await stat(file).catch(() => null))) return
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const event = loggedSchema.safeParse(parseLine(line))
    if (event.success) yield event.data
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return null
  }
}

/** The last lines of log.txt, from at most its last MiB. */
export async function tailLog(folder: string, lines: number): Promise<string[]> {
  const handle = await open(path.join(folder, 'log.txt')).catch(() => null)
  if (!handle) return []
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, 1 << 20)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    const all = buffer.subarray(0, bytesRead).toString('utf8').split('\n')
    if (length < size) all.shift()
    return all.filter(Boolean).slice(-lines)
  } finally {
    await handle.close()
  }
}

/** Kept beside the run for people and for later comparison: what it ran on. */
export async function writeEnvironment(folder: string, facts: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(path.join(folder, 'environment.json'), JSON.stringify(facts, null, 2))
}
