import type { PixelSource } from '../engine/pixelSource.ts'
import { LiveWire } from './liveWire.ts'
import { WireGraph } from './wireGraph.ts'

/** A picture given by a function, for tests. */
export function paintedPixels(
  width: number,
  height: number,
  colorAt: (x: number, y: number) => readonly [number, number, number],
): PixelSource {
  return {
    size: { width, height },
    edition: 0,
    read(window) {
      const rgba = new Uint8ClampedArray(4 * window.width * window.height)
      for (let y = 0; y < window.height; y++) {
        for (let x = 0; x < window.width; x++) rgba.set([...colorAt(window.x + x, window.y + y), 255], 4 * (y * window.width + x))
      }
      return Promise.resolve(rgba)
    },
  }
}

/** The live-wire without a thread: questions are answered, each after the other, when the caller waits. */
export function wireWithoutThread(
  pixels: () => PixelSource | null,
  found: () => void,
): { readonly wire: LiveWire; readonly settled: () => Promise<void> } {
  let graph: { readonly token: number; readonly graph: WireGraph } | null = null
  const waiting: (() => void)[] = []
  const wire: LiveWire = new LiveWire({
    pixels,
    found,
    worker: {
      post(message) {
        waiting.push(() => {
          if (message.type === 'window') graph = { token: message.token, graph: new WireGraph(message.rgba, message.window, message.seed) }
          else if (graph?.token === message.token) {
            const { token, to, reach } = message
            wire.take({ token, to, reach, points: graph.graph.pathTo(to, reach) })
          }
        })
      },
    },
  })
  return {
    wire,
    async settled() {
      do {
        await Promise.resolve()
        await Promise.resolve()
        waiting.shift()?.()
      } while (waiting.length > 0)
    },
  }
}
