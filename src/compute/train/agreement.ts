import { AppError } from '../../shared/errors.ts'
import { providerSchema, type Provider } from '../../shared/model/device.ts'
import type { PrecisionChoice } from '../runtime/provider.ts'
import type { World } from '../world.ts'

/** The number that every replica gives, by rank. */
async function everywhere(own: number, { rank, worldSize, collective }: World): Promise<number[]> {
  const all = new Float64Array(worldSize)
  all[rank] = own
  await collective.allReduce(all)
  return [...all]
}

/**
 * Gradients of different providers are added up at different scales: replicas that 'auto' put on different ones must not begin. Errors:
 * device/not-available.
 */
export async function requireSameProvider(own: Provider, world: World): Promise<void> {
  const names = providerSchema.options
  const found = (await everywhere(names.indexOf(own), world)).map((index) => names[index]!)
  if (new Set(found).size === 1) return
  const list = found.map((name, rank) => `${rank + 1}: ${name}`).join(', ')
  const reason = `each process of a training needs the same kind of device, but they got ${list}; name one in device.provider`
  throw new AppError('device/not-available', reason, { provider: [...new Set(found)].join(', '), why: 'differentDevices', found: list })
}

/** float16 scales the loss: where one replica cannot, none does. */
export async function commonPrecision(own: PrecisionChoice, world: World): Promise<PrecisionChoice> {
  const half = await everywhere(own.precision === 'fp16' ? 1 : 0, world)
  const without = half.indexOf(0)
  if (own.precision === 'fp32' || without < 0) return own
  const because = `warning: float16 was asked for, but process ${without + 1} of ${world.worldSize} cannot compute in it; this run computes in float32`
  return { precision: 'fp32', because }
}
