import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ModelRecord } from '../../shared/model/modelRecord.ts'
import { pageClient } from './link.ts'
import { useStudio } from './studio.ts'

/** The exported models of the project. */
export const useModels = defineStore('models', () => {
  const studio = useStudio()
  const all = shallowRef<readonly ModelRecord[]>([])
  const loaded = ref(false)
  const error = shallowRef<unknown>(null)

  async function reload(): Promise<void> {
    try {
      all.value = studio.project ? await pageClient().models.list({}) : []
      error.value = null
    } catch (cause) {
      error.value = cause
    } finally {
      loaded.value = true
    }
  }

  function start(): void {
    studio.onEvent((event) => {
      if (event.type === 'project') void reload()
      if (event.type === 'models') void reload()
    })
    void reload()
  }

  return { all, loaded, error, reload, start }
})
