import { expect, it } from 'vitest'
import { usePoses } from './attributes.ts'

it.each(['constructor', '__proto__', 'toString', 'Frontal'])('offers a pose that came with the data: %s', (pose) => {
  const { value } = usePoses(() => pose)
  expect(value.find((option) => option.value === pose)?.label).toBe(pose === 'Frontal' ? 'frontal' : pose)
})
