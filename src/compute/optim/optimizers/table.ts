import type { Optimizer } from '../../../shared/model/train/optimizers/table.ts'
import type { Program } from '../program.ts'
import { adam, adamw } from './adam.ts'
import type { Formula } from './formula.ts'
import { lion } from './lion.ts'
import { sgd } from './sgd.ts'

const formulas: { readonly [T in Optimizer['type']]: Formula<Extract<Optimizer, { type: T }>> } = { adamw, adam, sgd, lion }
const formulaOf = (optimizer: Optimizer): Formula<Optimizer> => formulas[optimizer.type]

/** The names of an optimizer's state tensors. */
export const statesOf = (optimizer: Optimizer): readonly string[] => formulaOf(optimizer).states

/**
 * One update over flat arrays `params`, `gradients` and the states. Numbers: `rate` and `decay` with the multipliers of the elements at hand,
 * `gradientScale` for averaging and clipping by norm, and the formula's own (`updateNumbers`). Clipping by value comes last.
 */
export function updateProgram(optimizer: Optimizer): Program {
  const formula = formulaOf(optimizer)
  const { states, numbers } = formula
  return {
    arrays: ['params', 'gradients', ...states],
    numbers: ['rate', 'decay', 'gradientScale', ...numbers],
    build(a, array, number) {
      const scaled = a.mul(array('gradients'), number('gradientScale'))
      const g = optimizer.clipValue === null ? scaled : a.clamp(scaled, optimizer.clipValue)
      const named = <T>(names: readonly string[], of: (name: string) => T) => Object.fromEntries(names.map((name) => [name, of(name)]))
      const element = { p: array('params'), g, rate: number('rate'), decay: number('decay') }
      const { p, ...state } = formula.next(a, { ...element, state: named(states, array), numbers: named(numbers, number) }, optimizer)
      return new Map([['params', p!], ...Object.entries(state)])
    },
  }
}

/** The formula's own numbers of the `update`-th update, counted from 1. */
export const updateNumbers = (optimizer: Optimizer, update: number): Readonly<Record<string, number>> =>
  formulaOf(optimizer).valuesAt(optimizer, update)
