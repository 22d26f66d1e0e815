import { AppError } from '../../shared/errors.ts'
import type { Arena } from '../tensor/arena.ts'
import type { NamedArray, TrainState } from './step.ts'

/** The arenas of a training state, by the prefix of their tensors' names: `param`, `buffer`, the optimizer's states, `ema.param` and `ema.buffer`. */
export type StateArenas = Readonly<Record<string, Arena>>

/** Copies of every tensor of an arena. */
export function copyTensors(arena: Arena): Map<string, NamedArray> {
  return new Map(
    [...arena.entries.values()].map(({ name, shape }): [string, NamedArray] => [name, { shape, data: arena.view(name).slice() }]),
  )
}

export function packState(counters: Omit<TrainState, 'tensors'>, arenas: StateArenas): TrainState {
  const tensors = new Map<string, NamedArray>()
  for (const [prefix, arena] of Object.entries(arenas))
    for (const [name, tensor] of copyTensors(arena)) tensors.set(`${prefix}.${name}`, tensor)
  return { ...counters, tensors }
}

/** Copies a state into arenas; nothing is changed when a tensor is absent or of another size. Errors: checkpoint/damaged. */
export function unpackState(state: TrainState, arenas: StateArenas): void {
  const copies: [target: Float32Array, source: Float32Array][] = []
  for (const [prefix, arena] of Object.entries(arenas)) {
    for (const { name, length } of arena.entries.values()) {
      const tensor = state.tensors.get(`${prefix}.${name}`)
      if (tensor?.data.length !== length)
        throw new AppError('checkpoint/damaged', `the state has no ${prefix}.${name} of ${length} values`, { tensor: `${prefix}.${name}` })
      copies.push([arena.view(name), tensor.data])
    }
  }
  for (const [target, source] of copies) target.set(source)
}
