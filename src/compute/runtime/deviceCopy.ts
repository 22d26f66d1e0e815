import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { symbolDim } from '../tensor/dim.ts'
import { Session, hostData, hostTensor, type RuntimeTensor, type SessionOptions } from './session.ts'

/** Moves flat float32 tensors between host and device through two Identity graphs: reading a device tensor directly would abort the process. */
export class DeviceCopy {
  readonly #up: Session
  readonly #down: Session

  private constructor(up: Session, down: Session) {
    this.#up = up
    this.#down = down
  }

  static async create(on: Pick<SessionOptions, 'provider' | 'adapter'>): Promise<DeviceCopy> {
    const b = new GraphBuilder('copy')
    const x = b.input('x', 'float32', [symbolDim('L')])
    b.output('y', b.node1('Identity', [x], x))
    const bytes = encodeModel(b.graph())
    const up = await Session.create(bytes, { ...on, threads: 1, onDevice: 'all' })
    return new DeviceCopy(up, await Session.create(bytes, { ...on, threads: 1 }))
  }

  async upload(data: Float32Array): Promise<RuntimeTensor> {
    return (await this.#up.run({ x: hostTensor(data, [data.length]) }))['y']!
  }

  /** A second tensor with the same values, made on the device. */
  async duplicate(tensor: RuntimeTensor): Promise<RuntimeTensor> {
    return (await this.#up.run({ x: tensor }))['y']!
  }

  async download(tensor: RuntimeTensor): Promise<Float32Array> {
    return hostData((await this.#down.run({ x: tensor }))['y']!) as Float32Array
  }

  async dispose(): Promise<void> {
    await this.#up.dispose()
    await this.#down.dispose()
  }
}
