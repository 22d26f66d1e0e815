import { z } from 'zod'
import { idSchema, type Id } from '../../../../shared/model/ids.ts'

/** What was said about proposals, by their keys. */
export interface Verdicts {
  isRejected(key: string): boolean
  /** The annotation a proposal became. */
  acceptedAs(key: string): Id | undefined
  reject(keys: readonly string[]): void
  /** They were never rejected. */
  forget(keys: readonly string[]): void
  accept(pairs: readonly (readonly [string, Id])[]): void
}

/** Remembered as long as the page lives. */
export function passingVerdicts(): Verdicts {
  const rejected = new Set<string>()
  const accepted = new Map<string, Id>()
  return {
    isRejected: (key) => rejected.has(key),
    acceptedAs: (key) => accepted.get(key),
    reject: (keys) => keys.forEach((key) => rejected.add(key)),
    forget: (keys) => keys.forEach((key) => rejected.delete(key)),
    accept: (pairs) => pairs.forEach(([key, id]) => accepted.set(key, id)),
  }
}

const storageKey = 'mw.label.verdicts'
/** Of each kind beyond the life of the page; the oldest are forgotten first. */
const mostKept = 4_000
const keptSchema = z.object({ rejected: z.array(z.string()), accepted: z.array(z.tuple([z.string(), idSchema])) })
type Kept = z.infer<typeof keptSchema>

/** Kept in this browser: a page that was loaded again does not offer what was decided. Other windows add theirs, so it is read before it is written. */
export function keptVerdicts(): Verdicts {
  let text: string | null = null
  let rejected = new Set<string>()
  let accepted = new Map<string, Id>()

  /** Without a storage that answers, what is known here stands. */
  function read(): void {
    try {
      const stored = localStorage.getItem(storageKey)
      if (stored === text) return
      text = stored
      const kept: Kept = keptSchema.parse(JSON.parse(stored ?? 'null'))
      rejected = new Set(kept.rejected)
      accepted = new Map(kept.accepted)
    } catch {
      // nonsense in it counts as nothing decided elsewhere
    }
  }
  function write(): void {
    try {
      const kept: Kept = { rejected: [...rejected].slice(-mostKept), accepted: [...accepted].slice(-mostKept) }
      const next = JSON.stringify(kept)
      localStorage.setItem(storageKey, next)
      text = next
    } catch {
      // no room: it lasts until the page is closed
    }
  }
  const change = (work: () => void): void => {
    read()
    work()
    write()
  }
  read()
  return {
    isRejected: (key) => rejected.has(key),
    acceptedAs: (key) => accepted.get(key),
    reject: (keys) => change(() => keys.forEach((key) => (rejected.delete(key), rejected.add(key)))),
    forget: (keys) => change(() => keys.forEach((key) => rejected.delete(key))),
    accept: (pairs) => change(() => pairs.forEach(([key, id]) => (accepted.delete(key), accepted.set(key, id)))),
  }
}
