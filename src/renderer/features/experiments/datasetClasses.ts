import { shallowRef, watch } from 'vue'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import { pageClient } from '../../stores/link.ts'

/** The classes of the dataset a run would learn from; none while they are not known. */
export function useDatasetClasses(datasetId: () => string) {
  const classes = shallowRef<readonly Pick<ClassRecord, 'name' | 'color' | 'annotationCount'>[]>([])
  watch(
    datasetId,
    async (id) => {
      classes.value = []
      if (id === '') return
      // Names are only offered; without them the form still works, and the host tells what is wrong.
      const answer = await pageClient()
        .datasets.classes({ datasetId: id })
        .catch(() => [])
      if (id === datasetId()) classes.value = answer
    },
    { immediate: true },
  )
  return classes
}
