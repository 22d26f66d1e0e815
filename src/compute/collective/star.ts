import { invariant } from '../../shared/errors.ts'
import type { Collective } from '../world.ts'
import type { Wire } from './wire.ts'

type Values = Float32Array | Float64Array

/** Bytes that travel, and are added, at a time: the way there, the sum and the way back overlap. */
const pieceBytes = 1 << 20
/** Two numbers before every sum, so that replicas that are not at the same call fail at once: which call it is, and its bytes. */
const headLength = 2

const bytesOf = (values: Values, from = 0, to = values.length): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset + from * values.BYTES_PER_ELEMENT, (to - from) * values.BYTES_PER_ELEMENT)

const piecesOf = (values: Values): readonly (readonly [from: number, to: number])[] => {
  const length = pieceBytes / values.BYTES_PER_ELEMENT
  return Array.from({ length: Math.ceil(values.length / length) }, (_, i) => [i * length, Math.min(values.length, (i + 1) * length)])
}

/** The middle of the star: adds what the others send to its own values, rank by rank, and sends everybody the sum. */
export function starRoot(peers: readonly Wire[]): Collective {
  let call = 0
  const heads = peers.map(() => new Float64Array(headLength))
  const allReduce = async (values: Values): Promise<void> => {
    call++
    await Promise.all(peers.map((peer, i) => peer.read(bytesOf(heads[i]!))))
    for (const head of heads)
      invariant(
        head[0] === call && head[1] === values.byteLength,
        `call ${call} of ${values.byteLength} bytes met ${head.join(' of ')} bytes`,
      )
    const pieces = piecesOf(values)
    const Kind = values instanceof Float32Array ? Float32Array : Float64Array
    const received = peers.map(() => new Kind(Math.min(values.length, pieceBytes / values.BYTES_PER_ELEMENT)))
    const sent: Promise<void>[] = []
    const send = (piece: Promise<void>): void => {
      // Awaited below, unless a read fails before that.
      piece.catch(() => undefined)
      sent.push(piece)
    }
    for (const [from, to] of pieces) {
      await Promise.all(peers.map((peer, i) => peer.read(bytesOf(received[i]!, 0, to - from))))
      for (const other of received) for (let i = from; i < to; i++) values[i] = values[i]! + other[i - from]!
      for (const peer of peers) send(peer.write(bytesOf(values, from, to)))
    }
    await Promise.all(sent)
  }
  return {
    allReduce,
    barrier: () => allReduce(new Float64Array(1)),
    close: () => peers.forEach((peer) => peer.close()),
  }
}

/** An end of the star: sends its values to the middle and takes the sum. */
export function starLeaf(root: Wire): Collective {
  let call = 0
  const allReduce = async (values: Values): Promise<void> => {
    const head = Float64Array.of(++call, values.byteLength)
    const sent = [root.write(bytesOf(head)), ...piecesOf(values).map(([from, to]) => root.write(bytesOf(values, from, to)))]
    const [taken] = await Promise.all([root.read(bytesOf(values)), ...sent])
    return taken
  }
  return { allReduce, barrier: () => allReduce(new Float64Array(1)), close: () => root.close() }
}
