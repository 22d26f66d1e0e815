import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { curveSummarySchema } from '../../../shared/model/curve.ts'
import { bytesPerPoint, summarise, type PackedRun, type PackedSeries, type SeriesSummary } from './packedRun.ts'

/** All curves of a run at rest in one file of the project's cache; it can be deleted at any time. A head in JSON, then the columns of each curve. */
export const curveFileOf = (projectFolder: string, runId: string): string => join(projectFolder, 'cache', 'curves', `${runId}.curves`)

const version = 1
const headSchema = z.object({
  version: z.literal(version),
  /** What the run was like when it was written. */
  key: z.string(),
  attempt: z.int(),
  bytes: z.int(),
  series: z.array(z.object({ ...curveSummarySchema.shape, spark: z.array(z.number()), offset: z.int() })),
})
type Head = z.infer<typeof headSchema>

const prefixBytes = 8
/** A head that claims more is not one of ours. */
const maxHeadBytes = 16 << 20
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** A cache that cannot be written is no reason to fail. */
export function writeCurveFile(file: string, key: string, run: PackedRun): void {
  const known = run.series.flatMap((series) => {
    const summary = summarise(series)
    return summary ? [{ series, summary }] : []
  })
  let offset = 0
  const series = known.map(({ summary }) => {
    const at = offset
    offset += aligned(summary.points * bytesPerPoint)
    return { ...summary, offset: at }
  })
  const text = Buffer.from(
    JSON.stringify({ version, key, attempt: run.attempt, bytes: offset, series } satisfies Omit<Head, 'series'> & { series: unknown }),
  )
  const head = Buffer.alloc(prefixBytes + aligned(text.length), ' ')
  head.writeUInt32LE(version, 0)
  head.writeUInt32LE(aligned(text.length), 4)
  text.copy(head, prefixBytes)
  const partial = `${file}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    const handle = openSync(partial, 'w')
    try {
      writeSync(handle, head)
      known.forEach(({ series: packed }, i) => {
        const block = new Uint8Array(aligned(packed.length * bytesPerPoint))
        let at = 0
        for (const column of columnsOf(packed)) {
          block.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
          at += column.byteLength
        }
        writeSync(handle, block, 0, block.length, head.length + series[i]!.offset)
      })
    } finally {
      closeSync(handle)
    }
    renameSync(partial, file)
  } catch {
    rmSync(partial, { force: true })
  }
}

const columnsOf = ({ length, values, steps, epochs, seconds }: PackedSeries) => [
  values.subarray(0, length),
  steps.subarray(0, length),
  epochs.subarray(0, length),
  seconds.subarray(0, length),
]

/** What the curves came to; null where there is no file of this key that can be read. */
export function readCurveHead(file: string, key: string): readonly SeriesSummary[] | null {
  return withFile(file, (handle) => readHead(handle, key)?.head.series ?? null)
}

export function readCurveFile(file: string, key: string): PackedRun | null {
  return withFile(file, (handle) => {
    const found = readHead(handle, key)
    if (!found) return null
    const { head, start } = found
    const data = new ArrayBuffer(head.bytes)
    if (readSync(handle, new Uint8Array(data), 0, head.bytes, start) !== head.bytes) return null
    const series = head.series.map(({ split, name, points: length, offset }) => ({
      split,
      name,
      length,
      values: new Float64Array(data, offset, length),
      steps: new Uint32Array(data, offset + 8 * length, length),
      epochs: new Float32Array(data, offset + 12 * length, length),
      seconds: new Float32Array(data, offset + 16 * length, length),
    }))
    return { attempt: head.attempt, series, clock: new Map() }
  })
}

function readHead(handle: number, key: string): { head: Head; start: number } | null {
  const prefix = Buffer.alloc(prefixBytes)
  if (readSync(handle, prefix, 0, prefixBytes, 0) < prefixBytes || prefix.readUInt32LE(0) !== version) return null
  const length = prefix.readUInt32LE(4)
  if (length > maxHeadBytes) return null
  const text = Buffer.alloc(length)
  if (readSync(handle, text, 0, length, prefixBytes) < length) return null
  const head = headSchema.parse(JSON.parse(text.toString('utf8')))
  const start = prefixBytes + length
  return head.key === key && fstatSync(handle).size === start + head.bytes ? { head, start } : null
}

/** Null for a file that is missing or damaged. */
function withFile<T>(file: string, read: (handle: number) => T): T | null {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch {
    return null
  }
  try {
    return read(handle)
  } catch {
    return null
  } finally {
    closeSync(handle)
  }
}
