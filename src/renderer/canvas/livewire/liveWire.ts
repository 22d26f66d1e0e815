import { distance } from '../../../shared/geometry/point.ts'
import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { PixelSource, PixelWindow } from '../engine/pixelSource.ts'
import type { Wire, WirePath } from '../engine/wire.ts'
import type { FromWire, ToWire } from './wireJob.ts'
import { hasRoom, windowFor } from './wireWindow.ts'

/** The thread that works wires out, or what stands in its place. */
export interface WireWorker {
  post(message: ToWire, transfer: Transferable[]): void
}

export interface LiveWirePorts {
  /** The pixels of the open picture; null while there are none. */
  readonly pixels: () => PixelSource | null
  readonly worker: WireWorker
  /** A way that was asked for is known now, or known not to be. */
  readonly found: () => void
}

interface Asked {
  readonly to: ImageVec
  readonly reach: ImagePx
}

/** Reads pixels around the seed, keeps the thread one question behind the pointer, and remembers its last answer. */
export class LiveWire implements Wire {
  readonly #ports: LiveWirePorts
  #seed: ImageVec | null = null
  /** Grows with every window: answers from an older one are late. */
  #token = 0
  #window: PixelWindow | null = null
  #reading: { readonly window: PixelWindow; readonly stop: AbortController } | null = null
  #asked: Asked | null = null
  #next: Asked | null = null
  #known: FromWire | null = null
  /** The pixels around this seed cannot be read: lines are straight, and the picture itself says what is wrong with it. */
  #failed = false

  constructor(ports: LiveWirePorts) {
    this.#ports = ports
  }

  seed(at: ImageVec): void {
    if (this.#seed && distance(this.#seed, at) === 0) return
    this.drop()
    this.#seed = at
    const pixels = this.#ports.pixels()
    if (pixels) this.#read(pixels, at)
  }

  pathTo(to: ImageVec, reach: ImagePx): WirePath | null {
    const pixels = this.#ports.pixels()
    if (!pixels || !this.#seed || this.#failed) return null
    const wanted = { to, reach }
    if (this.#known && sameQuestion(this.#known, wanted)) return { points: this.#known.points, exact: true }
    const covering = this.#reading?.window ?? this.#window
    if (!(covering && hasRoom(covering, to, pixels.size)) && !this.#read(pixels, to)) return null
    if (!this.#reading) this.#ask(wanted)
    else this.#next = wanted
    return { points: this.#known?.points ?? [], exact: false }
  }

  drop(): void {
    this.#token++
    this.#reading?.stop.abort()
    this.#reading = null
    this.#window = null
    this.#seed = null
    this.#asked = null
    this.#next = null
    this.#known = null
    this.#failed = false
  }

  /** The thread's answer to a question. */
  take(answer: FromWire): void {
    if (answer.token !== this.#token) return
    this.#known = answer
    this.#asked = null
    const next = this.#next
    this.#next = null
    if (next && !sameQuestion(answer, next)) this.#ask(next)
    this.#ports.found()
  }

  #ask(wanted: Asked): void {
    if (this.#asked) {
      this.#next = wanted
      return
    }
    this.#asked = wanted
    this.#ports.worker.post({ type: 'path', token: this.#token, ...wanted }, [])
  }

  /** False when the place is too far away for a wire. */
  #read(pixels: PixelSource, to: ImageVec): boolean {
    const seed = this.#seed!
    const window = windowFor(seed, to, pixels.size)
    if (!window) return false
    if (this.#reading && sameWindow(this.#reading.window, window)) return true
    this.#reading?.stop.abort()
    const stop = new AbortController()
    this.#reading = { window, stop }
    pixels.read(window, stop.signal).then(
      (rgba) => {
        if (stop.signal.aborted) return
        this.#reading = null
        this.#window = window
        this.#token++
        this.#asked = null
        this.#ports.worker.post({ type: 'window', token: this.#token, window, rgba, seed }, [rgba.buffer])
        const next = this.#next
        this.#next = null
        if (next) this.#ask(next)
      },
      () => {
        if (this.#reading?.stop !== stop) return
        this.#reading = null
        this.#failed = true
        this.#ports.found()
      },
    )
    return true
  }
}

const sameQuestion = (a: Asked, b: Asked): boolean => distance(a.to, b.to) === 0 && a.reach === b.reach
const sameWindow = (a: PixelWindow, b: PixelWindow): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
