import { expect, it } from 'vitest'
import { projectNameProblem } from './newProject.ts'

it('takes names a folder can have and says what is wrong with others', () => {
  expect(projectNameProblem('街景 2026')).toBeNull()
  expect(projectNameProblem('  ')).toBe('start.newProject.nameNeeded')
  expect(projectNameProblem('../up')).toBe('start.newProject.badName')
  expect(projectNameProblem('.hidden')).toBe('start.newProject.badName')
})
