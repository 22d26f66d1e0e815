interface Waiting {
  readonly runId: string
  priority: number
  readonly since: number
  readonly go: () => void
}

/** Gives back the place of a run that trained; once is enough. */
export type Release = () => void

/** Runs that wait for the place to train: the greatest priority first, equals in the order they came. */
export class RunQueue {
  readonly #places: number
  readonly #waiting: Waiting[] = []
  #taken = 0

  constructor(places = 1) {
    this.#places = places
  }

  /** The runs that wait, the next one first. */
  get order(): string[] {
    return this.#sorted().map(({ runId }) => runId)
  }

  /** Whether a run that comes now would have to wait. */
  get full(): boolean {
    return this.#taken >= this.#places
  }

  /** Resolves when it is the run's turn; rejects with the signal's reason when it leaves before. */
  turn(place: Pick<Waiting, 'runId' | 'priority' | 'since'>, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(signal.reason as Error)
      }
      const waiting: Waiting = {
        ...place,
        go: () => {
          signal.removeEventListener('abort', leave)
          resolve(this.#release())
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
      this.#next()
    })
  }

  /** For a run that waits; any other is left alone. */
  setPriority(runId: string, priority: number): void {
    const waiting = this.#waiting.find((each) => each.runId === runId)
    if (waiting) waiting.priority = priority
  }

  #release(): Release {
    let held = true
    return () => {
      if (held) this.#taken--
      held = false
      this.#next()
    }
  }

  #next(): void {
    const first = this.#sorted()[0]
    if (this.full || !first) return
    this.#taken++
    this.#waiting.splice(this.#waiting.indexOf(first), 1)
    first.go()
  }

  #sorted(): Waiting[] {
    return [...this.#waiting].sort((a, b) => b.priority - a.priority || a.since - b.since)
  }
}
