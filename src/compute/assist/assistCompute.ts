import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { RecognisedSam, SamQuestion, SamSource } from '../../shared/api/compute/assist.ts'
import { nearestScores } from '../../shared/assist/nearness.ts'
import { AppError } from '../../shared/errors.ts'
import type { AssistCandidate, AssistWindow } from '../../shared/model/assist.ts'
import type { MaskScores } from '../../shared/model/assistJobs.ts'
import type { MaskShape } from '../../shared/model/shape.ts'
import { diskError } from '../files/durableFile.ts'
import { decodeEmbedding, encodeEmbedding } from './embeddingFile.ts'
import { openSam } from './onnx/openSam.ts'
import { maskOfLogits, stabilityOf } from './logitRuns.ts'
import { Lru } from './lru.ts'
import { logitsOfMask } from './maskLogits.ts'
import { SamShelf } from './samShelf.ts'
import type { SamEmbedding, SamLogits, SamSession } from './samSession.ts'
import { windowPrompt } from './windowPrompt.ts'

export interface Embedded {
  source: SamSource
  embeddingFile: string
  window: AssistWindow
}

export interface ProbeOptions extends Embedded {
  points: readonly (readonly [x: number, y: number])[]
  predIouThreshold: number
  stabilityThreshold: number
  stabilityOffset: number
}

export interface Probed {
  found: ProbedMask[]
  nearest: MaskScores | null
}

interface ProbedMask {
  point: [number, number]
  iou: number | null
  stability: number
  mask: MaskShape
}

const embeddingBytes = 512 * 2 ** 20
const logitBytes = 64 * 2 ** 20

/** The SAMs of one compute process: what encodes pictures, or what answers clicks on embeddings that another process wrote. */
export class AssistCompute {
  readonly #shelf = new SamShelf()
  readonly #embeddings = new Lru<SamEmbedding>(embeddingBytes)
  readonly #logits: Lru<SamLogits>

  /** `mostLogitBytes`: of the candidates that can be corrected. */
  constructor(mostLogitBytes = logitBytes) {
    this.#logits = new Lru(mostLogitBytes)
  }

  /** From the files, whatever is open. Errors: assist/*, file/*, device/*. */
  async recognise(source: SamSource): Promise<RecognisedSam> {
    const session = await openSam(source)
    try {
      return { facts: session.facts, files: [...session.files] }
    } finally {
      await session.close()
    }
  }

  /** Errors: assist/*, device/*, file/unreadable (pixels that are not that many), disk/*. */
  encode(
    source: SamSource,
    { file, width, height }: { file: string; width: number; height: number },
    outFile: string,
  ): Promise<{ bytes: number; loadMs: number; encodeMs: number }> {
    return this.#shelf.use(source, async (session, loadMs) => {
      const rgb = await readFile(file)
      if (rgb.length !== width * height * 3)
        throw new AppError('file/unreadable', `${file} has ${rgb.length} bytes, not ${width} x ${height} x 3`, { file })
      const started = performance.now()
      const embedding = await session.encode({ width, height, rgb })
      const encodeMs = performance.now() - started
      const bytes = encodeEmbedding(embedding)
      await writeBeside(outFile, bytes)
      return { bytes: bytes.length, loadMs, encodeMs }
    })
  }

  /** Errors: assist/*, device/*. */
  decode(embedded: Embedded, questions: readonly SamQuestion[]) {
    return this.#shelf.use(embedded.source, async (session) => {
      const found = await this.#embedding(embedded.embeddingFile)
      if (!found) return null
      const started = performance.now()
      const answers: AssistCandidate[][] = []
      for (const question of questions) answers.push(await this.#answer(session, found.embedding, embedded.window, question))
      return { answers, fromMemory: found.fromMemory, decodeMs: performance.now() - started }
    })
  }

  /** Errors: assist/*, device/*. */
  probe({ points, predIouThreshold, stabilityThreshold, stabilityOffset, ...embedded }: ProbeOptions): Promise<Probed | null> {
    return this.#shelf.use(embedded.source, async (session) => {
      const found = await this.#embedding(embedded.embeddingFile)
      if (!found) return null
      const { embedding } = found
      const { window } = embedded
      const kept: ProbedMask[] = []
      const misses: MaskScores[] = []
      for (const [x, y] of points) {
        const question = { points: [{ x, y, positive: true }], box: null, mask: null, previous: null }
        const prompt = windowPrompt(question, embedding, window, session.facts.feedback)
        for (const [i, { iou, logits }] of (await session.decode(embedding, { ...prompt, logits: null })).entries()) {
          const isSure = iou === null || iou > predIouThreshold
          // Of those that fail, the first of each click is looked at further.
          if (!isSure && i > 0) continue
          const stability = stabilityOf(logits, embedding.window, window, stabilityOffset)
          if (isSure && stability >= stabilityThreshold) {
            const mask = maskOfLogits(logits, embedding.window, window)
            if (mask) kept.push({ point: [x, y], iou, stability, mask })
          } else misses.push({ iou, stability })
        }
      }
      return { found: kept, nearest: kept.length > 0 ? null : nearestScores(misses, { predIouThreshold, stabilityThreshold }) }
    })
  }

  close(): void {
    this.#shelf.close()
  }

  async #embedding(file: string): Promise<{ embedding: SamEmbedding; fromMemory: boolean } | null> {
    const known = this.#embeddings.get(file)
    if (known) return { embedding: known, fromMemory: true }
    const embedding = decodeEmbedding(await readFile(file).catch(() => new Uint8Array()))
    if (!embedding) return null
    this.#embeddings.set(
      file,
      embedding,
      embedding.tensors.reduce((sum, { data }) => sum + data.byteLength, 0),
    )
    return { embedding, fromMemory: false }
  }

  async #answer(session: SamSession, embedding: SamEmbedding, window: AssistWindow, question: SamQuestion): Promise<AssistCandidate[]> {
    const { mask, previous, previousMask, passing } = question
    const kept = previous === null ? undefined : this.#logits.get(previous)
    const { feedback, grid } = session.facts
    const start = previousMask ?? mask
    const logits = kept ?? (start ? logitsOfMask(start, embedding, window, grid) : null)
    const found = await session.decode(embedding, { ...windowPrompt(question, embedding, window, feedback), logits })
    return found.flatMap((candidate) => {
      const region = maskOfLogits(candidate.logits, embedding.window, window)
      if (!region) return []
      const token = randomUUID()
      if (!passing) this.#logits.set(token, candidate.logits, candidate.logits.data.byteLength)
      return [{ token, iou: candidate.iou, mask: region }]
    })
  }
}

/** Written aside and renamed: who reads it finds it whole or not at all. Errors: disk/*. */
async function writeBeside(file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.${randomUUID()}.part`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(beside, bytes)
    await rename(beside, file)
  } catch (cause) {
    await rm(beside, { force: true })
    throw diskError(cause, file)
  }
}
