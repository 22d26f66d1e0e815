import { expect, it } from 'vitest'
import { classChoices } from './classChoices.ts'

const classes = ['Traffic light', 'carpet', 'car'].map((name) => ({ id: `id of ${name}`, name }))
const choices = (typed: string) => {
  const { found, fresh, alike } = classChoices(classes, typed)
  return { found: found.map(({ name }) => name), fresh, alike: alike?.name ?? null }
}

it('the class of the name that is typed comes first, before those that contain it', () => {
  expect(choices('')).toEqual({ found: ['Traffic light', 'carpet', 'car'], fresh: null, alike: null })
  expect(choices(' car ')).toEqual({ found: ['car', 'carpet'], fresh: null, alike: null })
})

it('a name that no class has can be created', () => {
  expect(choices(' wheel ')).toEqual({ found: [], fresh: 'wheel', alike: null })
  expect(choices('carp')).toEqual({ found: ['carpet'], fresh: 'carp', alike: null })
  expect(choices('   ')).toMatchObject({ fresh: null })
  expect(choices('w'.repeat(201))).toEqual({ found: [], fresh: null, alike: null })
})

it('a class that differs by case or blanks only is offered first', () => {
  expect(choices('CAR')).toEqual({ found: ['car', 'carpet'], fresh: 'CAR', alike: 'car' })
  expect(choices('trafficlight')).toEqual({ found: ['Traffic light'], fresh: 'trafficlight', alike: 'Traffic light' })
})
