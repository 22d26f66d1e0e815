import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { replaceDurable, syncFolder } from '../files/durableFile.ts'
import { readCheckpoint, readCheckpointState, writeCheckpoint } from './checkpointFiles.ts'
import type { CheckpointContent, CheckpointState, LoadedCheckpoint } from './checkpointFiles.ts'

const entrySchema = z.strictObject({
  name: z.string().regex(/^step-\d{8}-a\d+$/),
  step: z.int(),
  epoch: z.number(),
  attempt: z.int(),
  periodic: z.boolean(),
})
/** checkpoints/index.json: what is there and which one is the best; read by the host as well. Newest last. */
export const checkpointIndexSchema = z.strictObject({ version: z.literal(1), best: z.string().nullable(), entries: z.array(entrySchema) })
type Entry = z.infer<typeof entrySchema>
type Index = z.infer<typeof checkpointIndexSchema>

export interface SaveOptions {
  /** Counted by `keep`; the others stay only while they are the last or the best. */
  periodic: boolean
  /** This one is now the best. */
  best: boolean
}

/**
 * The folder checkpoints/ of a run. A folder step-<step>-a<attempt> is complete as soon as it has its name; index.json says which is best.
 * Nothing is removed before its successor is on the disk, so that a SIGKILL at any time leaves one to resume from.
 */
export class CheckpointStore {
  readonly #folder: string
  readonly #keep: number
  readonly #onDamaged: (name: string, reason: string) => void

  constructor(folder: string, options: { keep?: number; onDamaged?: (name: string, reason: string) => void } = {}) {
    this.#folder = folder
    this.#keep = options.keep ?? 2
    this.#onDamaged = options.onDamaged ?? (() => undefined)
  }

  /** Writes (or, when this step of this attempt is already there, only marks) a checkpoint, then removes what is no longer kept. Returns its name. Errors: disk/*. */
  async save(content: CheckpointContent, options: SaveOptions): Promise<string> {
    const { step, epoch, attempt } = content.state
    const name = `step-${String(step).padStart(8, '0')}-a${attempt}`
    await mkdir(this.#folder, { recursive: true })
    const index = await this.#index()
    const known = index.entries.find((entry) => entry.name === name)
    // Validation comes before saving, so a step that is there already is the same to the last bit.
    if (!known) await writeCheckpoint(join(this.#folder, name), content)
    const entry: Entry = { name, step, epoch, attempt, periodic: options.periodic || (known?.periodic ?? false) }
    const entries = [...index.entries.filter((other) => other.name !== name), entry].sort(byAge)
    const best = options.best ? name : index.best
    const kept = this.#kept(entries, best)
    await this.#writeIndex({ version: 1, best, entries: kept })
    for (const other of entries) if (!kept.includes(other)) await this.#discard(other.name)
    return name
  }

  /** What is on the disk, newest last. */
  async list(): Promise<{ name: string; step: number; epoch: number; attempt: number; best: boolean }[]> {
    const index = await this.#index()
    return index.entries.map(({ name, step, epoch, attempt }) => ({ name, step, epoch, attempt, best: name === index.best }))
  }

  /**
   * 'last': the newest one that is whole; a damaged one is reported and the one before it is used. 'best': exactly that one.
   * Errors: checkpoint/not-found, checkpoint/damaged (best, or none is whole).
   */
  async load(which: 'last' | 'best'): Promise<LoadedCheckpoint & { name: string }> {
    const index = await this.#index()
    const names = which === 'best' ? (index.best ? [index.best] : []) : index.entries.map((entry) => entry.name).reverse()
    let failure: unknown = new AppError(
      'checkpoint/not-found',
      `there is no ${which} checkpoint in ${this.#folder}${which === 'best' ? '; the best one is chosen by validation, the last one is always there' : ''}`,
      { checkpoint: which },
    )
    for (const name of names) {
      try {
        return { ...(await readCheckpoint(join(this.#folder, name))), name }
      } catch (error) {
        failure = error
        this.#onDamaged(name, error instanceof Error ? error.message : String(error))
      }
    }
    throw failure
  }

  /** After a resume from `state`: a best one that lies beyond it belongs to a curve that is being drawn anew. */
  async rewind(state: CheckpointState): Promise<void> {
    const index = await this.#index()
    const best = index.entries.find((entry) => entry.name === index.best)
    if (!best || best.step <= state.step) return
    const earlier = index.entries.findLast((entry) => entry.step === state.primary?.bestStep)
    await this.#writeIndex({ ...index, best: earlier?.name ?? null })
  }

  /** Removes what a killed process left half written or half removed. */
  async tidy(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) if (name.startsWith('.')) await rm(join(this.#folder, name), { recursive: true, force: true })
  }

  #kept(entries: readonly Entry[], best: string | null): Entry[] {
    const periodic = entries.filter((entry) => entry.periodic).slice(-this.#keep)
    return entries.filter((entry) => periodic.includes(entry) || entry.name === best || entry === entries.at(-1))
  }

  async #writeIndex(index: Index): Promise<void> {
    await replaceDurable(join(this.#folder, 'index.json'), JSON.stringify(index, null, 1))
  }

  /** The stored index, corrected by the folders that are really there (a kill may fall between the two). */
  async #index(): Promise<Index> {
    let stored: Index = { version: 1, best: null, entries: [] }
    try {
      stored = checkpointIndexSchema.parse(JSON.parse(await readFile(join(this.#folder, 'index.json'), 'utf8')))
    } catch {
      // Missing or damaged: the folders themselves are the truth.
    }
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => /^step-\d{8}-a\d+$/.test(name))
    const entries: Entry[] = []
    let best = stored.best !== null && names.includes(stored.best) ? stored.best : null
    for (const name of names) {
      const listed = stored.entries.find((entry) => entry.name === name)
      if (listed) {
        entries.push(listed)
        continue
      }
      const [step, attempt] = name
        .split('-')
        .slice(1)
        .map((part) => Number(part.replace('a', ''))) as [number, number]
      const state = await readCheckpointState(join(this.#folder, name)).catch(() => null)
      entries.push({ name, step, attempt, epoch: state?.epoch ?? 0, periodic: true })
      if (state?.primary?.bestStep === step) best = name
    }
    return { version: 1, best, entries: entries.sort(byAge) }
  }

  /** Takes the name away first, so that a half removed folder is never taken for a checkpoint. */
  async #discard(name: string): Promise<void> {
    const trash = join(this.#folder, `.trash-${process.pid}-${basename(name)}`)
    await rm(trash, { recursive: true, force: true })
    await rename(join(this.#folder, name), trash)
    await syncFolder(this.#folder)
    await rm(trash, { recursive: true, force: true })
  }
}

const byAge = (a: Entry, b: Entry): number => a.attempt - b.attempt || a.step - b.step
