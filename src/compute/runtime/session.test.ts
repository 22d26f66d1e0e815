import { expect, it } from 'vitest'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostTensor } from './session.ts'

async function expandTo(shape: readonly number[]): Promise<unknown> {
  const b = new GraphBuilder()
  const x = b.input('x', 'float32', [1])
  b.output('y', b.node1('Expand', [x, b.input('shape', 'int64', [shape.length])], { dtype: 'float32', shape: [...shape] }))
  const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
  const dims = hostTensor(BigInt64Array.from(shape, BigInt), [shape.length])
  return session.run({ x: hostTensor(Float32Array.of(1), [1]), shape: dims }).finally(() => session.dispose())
}

it('tells an allocation that failed from every other failure', async () => {
  await expect(expandTo([1 << 24, 1 << 24])).rejects.toMatchObject({ code: 'device/out-of-memory', data: { provider: 'cpu' } })
  await expect(expandTo([-2])).rejects.toMatchObject({ code: 'device/failed' })
})
