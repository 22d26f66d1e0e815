import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { fieldsOf, noAttributes, type AttributeField, type AttributeSchema } from '../../shared/model/attributeSchema.ts'
import type { Id } from '../../shared/model/ids.ts'
import { useDatasets } from './datasets.ts'
import { pageClient } from './link.ts'
import { reportError } from './report.ts'
import { useStudio } from './studio.ts'

/** The attributes the user defined in the dataset in hand. */
export const useAttributeSchema = defineStore('attributeSchema', () => {
  const datasets = useDatasets()
  const studio = useStudio()
  const schema = shallowRef<AttributeSchema>(noAttributes)
  let asked = 0

  async function reload(): Promise<void> {
    const mine = ++asked
    const datasetId = datasets.currentId
    const found = datasetId === null || !studio.project ? noAttributes : await pageClient().datasets.attributeSchema({ datasetId })
    if (mine === asked) schema.value = found
  }
  watch(
    [() => datasets.currentId, () => datasets.loaded, () => studio.epoch],
    () => void (datasets.loaded && reload().catch(reportError)),
    {
      immediate: true,
    },
  )
  studio.onEvent((event) => {
    if (event.type === 'classes' && event.datasetId === datasets.currentId) void reload().catch(reportError)
  })

  const fieldsFor = (classId: Id | null): readonly AttributeField[] => fieldsOf(schema.value, classId)
  /** Those that were defined for the class itself, or for all (null). */
  const ownFields = (classId: Id | null): readonly AttributeField[] =>
    classId === null ? schema.value.all : (schema.value.classes.find((entry) => entry.classId === classId)?.fields ?? [])
  const names = computed(
    () => new Set([schema.value.all, ...schema.value.classes.map(({ fields }) => fields)].flat().map(({ name }) => name)),
  )

  async function save(classId: Id | null, fields: readonly AttributeField[]): Promise<void> {
    const datasetId = datasets.currentId
    if (datasetId !== null) schema.value = await pageClient().datasets.setAttributeSchema({ datasetId, classId, fields: [...fields] })
  }
  return { schema, names, fieldsFor, ownFields, reload, save }
})
