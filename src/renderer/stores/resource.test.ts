import { effectScope, ref } from 'vue'
import { expect, it } from 'vitest'
import { useResource } from './resource.ts'

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

it('drops a late answer to an older question, and keeps the old data while it reloads', async () => {
  const scope = effectScope()
  const question = ref('slow')
  const answers = new Map<string, (text: string) => void>()
  const resource = scope.run(() => useResource(() => new Promise<string>((resolve) => answers.set(question.value, resolve)), [question]))!
  expect(resource.loading.value).toBe(true)
  question.value = 'fast'
  await tick()
  answers.get('fast')!('fast answer')
  await tick()
  answers.get('slow')!('slow answer')
  await tick()
  expect(resource.data.value).toBe('fast answer')
  void resource.reload()
  expect(resource.data.value).toBe('fast answer')
  scope.stop()
})
