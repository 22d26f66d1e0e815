import type { PageClient } from '../../../../shared/api/page/contract.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { toWire } from '../../../i18n/errorText.ts'

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

/** Of pictures; what was decided is kept with them by the host. */
interface KeptVerdicts extends Verdicts {
  /** Reads what was decided about a picture; what is decided from then on is about it. Errors: rpc/unavailable. */
  load(itemId: Id): Promise<void>
  /** The link is back, or another project is open: what waits for that is sent. */
  flush(): Promise<void>
}

interface VerdictPorts {
  readonly client: () => Pick<PageClient, 'annotations' | 'projects'>
  /** The project that is open; what was decided in another one waits for that. */
  readonly home: () => Id | null
  /** Whether something waits to be sent. */
  readonly waits: (any: boolean) => void
}

/** `decision`: undefined is nothing, or no more; `turn`: when the host took it, by which it is newer than what was asked for before. */
interface Decided {
  readonly itemId: Id
  readonly projectKey: string | null
  readonly decision: Id | null | undefined
  readonly turn: number
}

/** Kept with the project, so that every window and the next start know of it. What cannot be sent waits, and counts here meanwhile. */
export function keptVerdicts({ client, home, waits }: VerdictPorts): KeptVerdicts {
  const known = new Map<string, Decided>()
  const unsent = new Map<string, Decided>()
  let open: Pick<Decided, 'itemId' | 'projectKey'> | null = null
  let sending = Promise.resolve()
  let turn = 0

  async function judge(itemId: Id, projectKey: string | null, decided: readonly (readonly [string, Decided])[]): Promise<void> {
    const forgotten = decided.flatMap(([key, { decision }]) => (decision === undefined ? [key] : []))
    const verdicts = decided.flatMap(([key, { decision }]) => (decision === undefined ? [] : [{ key, annotationId: decision }]))
    try {
      await client().annotations.judge({ itemId, verdicts, forgotten })
    } catch (error) {
      // A picture that is gone takes no verdicts; where another project is open, of which this window has not heard, it may be there yet.
      if (toWire(error).code !== 'item/not-found' || (await client().projects.current({}))?.key !== projectKey) throw error
    }
  }
  async function send(): Promise<void> {
    const projectKey = home()
    const mine = [...unsent].filter(([, decided]) => decided.projectKey === projectKey)
    for (const [itemId, decided] of Map.groupBy(mine, ([, one]) => one.itemId)) {
      await judge(itemId, projectKey, decided)
      turn++
      for (const [key, sent] of decided) {
        if (unsent.get(key) !== sent) continue
        unsent.delete(key)
        known.set(key, { ...sent, turn })
      }
    }
  }
  /** What fails stays, and goes with the next. */
  const flush = (): Promise<void> =>
    (sending = sending
      .then(send)
      .catch(() => undefined)
      .then(() => waits(unsent.size > 0)))

  function decide(pairs: readonly (readonly [string, Decided['decision']])[]): void {
    for (const [key, decision] of pairs) {
      const about = known.get(key) ?? open
      if (about === null) continue
      const decided = { itemId: about.itemId, projectKey: about.projectKey, decision, turn: 0 }
      known.set(key, decided)
      unsent.set(key, decided)
    }
    waits(unsent.size > 0)
    void flush()
  }

  async function load(itemId: Id): Promise<void> {
    const about = { itemId, projectKey: home() }
    open = about
    await flush()
    const asked = turn
    const stored = await client().annotations.verdicts({ itemId })
    const isNewer = (key: string): boolean => unsent.has(key) || (known.get(key)?.turn ?? 0) > asked
    for (const [key, one] of known) if (one.itemId === itemId && !isNewer(key)) known.delete(key)
    for (const { key, annotationId } of stored) if (!isNewer(key)) known.set(key, { ...about, decision: annotationId, turn: asked })
  }

  return {
    load,
    flush,
    isRejected: (key) => known.get(key)?.decision === null,
    acceptedAs: (key) => known.get(key)?.decision ?? undefined,
    reject: (keys) => decide(keys.map((key) => [key, null])),
    forget: (keys) => decide(keys.filter((key) => known.get(key)?.decision === null).map((key) => [key, undefined])),
    accept: decide,
  }
}
