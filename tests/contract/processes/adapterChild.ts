/** Chooses a provider and an adapter as a training does, and adds two numbers on it: {provider, adapter, because, sum} or {code, reason} on the last line. */
import { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import { encodeModel } from '../../../src/compute/graph/codec.ts'
import { chooseProvider } from '../../../src/compute/runtime/provider.ts'
import { Session, hostData, hostTensor } from '../../../src/compute/runtime/session.ts'
import { AppError } from '../../../src/shared/errors.ts'
import type { Provider } from '../../../src/shared/model/device.ts'

export type AdapterAnswer =
  { provider: Provider; adapter: number | null; because: string; sum: number[] } | { code: string; reason: unknown }

async function answer(): Promise<AdapterAnswer> {
  const [asked, index] = process.argv.slice(2)
  try {
    const choice = await chooseProvider(asked as Provider | 'auto', Number(index))
    const b = new GraphBuilder('sum')
    const x = b.input('x', 'float32', [2])
    b.output('y', b.node1('Add', [x, x], x))
    const session = await Session.create(encodeModel(b.graph()), { ...choice, threads: 1 })
    const { y } = await session.run({ x: hostTensor(Float32Array.of(1, 2), [2]) })
    return { ...choice, sum: [...(hostData(y!) as Float32Array)] }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { code: error.code, reason: error.data?.['reason'] }
  }
}

process.stdout.write(`\n${JSON.stringify(await answer())}\n`)
