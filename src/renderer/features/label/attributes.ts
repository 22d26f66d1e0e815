import { computed } from 'vue'
import { shapeArea } from '../../../shared/geometry/shapes.ts'
import type { Attributes } from '../../../shared/model/annotation.ts'
import { setAttributes } from '../../canvas/engine/actions.ts'
import { t } from '../../i18n/i18n.ts'
import { useAttributeSchema } from '../../stores/attributeSchema.ts'
import { formatCount } from '../../ui/format.ts'
import { flagPatch, hasBuiltIn, isSet, otherAttributes, poseOptions, posePatch, vocPoses, type VocFlag } from './attributeFields.ts'
import { giveClass } from './giveClass.ts'
import { useLabel } from './labelStore.ts'

const noClass = '-'

/** The poses to choose from, with one that came with the data; in the user's words. */
export function usePoses(current: () => Attributes[string] | undefined) {
  const word = (pose: string): string => {
    const known = vocPoses.find((one) => one === pose)
    return known ? t(`label.poses.${known}`) : pose
  }
  return computed(() => poseOptions(current()).map((value) => ({ value, label: word(value) })))
}

/** What the Attributes tab shows and changes of the one selected object. */
export function useAttributes() {
  const label = useLabel()
  const schema = useAttributeSchema()
  const { editor } = label
  const record = computed(() => {
    void label.ticks.records
    void label.ticks.selection
    return editor.single
  })
  const change = (changes: Parameters<typeof setAttributes>[2]): void => {
    if (record.value) setAttributes(editor, record.value.id, changes)
  }

  const isVoid = computed(() => record.value?.region === 'void')
  const classId = computed({
    get: () => (isVoid.value ? noClass : (record.value?.classId ?? noClass)),
    set(id: string) {
      if (id !== noClass) giveClass(label, id)
    },
  })
  const classOptions = computed(() => [
    ...(isVoid.value || record.value?.classId == null
      ? [{ value: noClass, label: isVoid.value ? t('label.void') : t('label.unnamed') }]
      : []),
    ...label.classes.map(({ id, name }) => ({ value: id, label: name })),
  ])

  const attributes = computed(() => record.value?.attributes ?? {})
  const voc = computed(() => record.value !== null && hasBuiltIn(record.value))
  const pose = computed({
    get: () => (typeof attributes.value['pose'] === 'string' ? attributes.value['pose'] : 'Unspecified'),
    set: (value: string) => change(posePatch(attributes.value, value)),
  })
  const poses = usePoses(() => attributes.value['pose'])
  const flag = (name: VocFlag) =>
    computed({
      get: () => isSet(attributes.value[name]),
      set: (set: boolean) => change(flagPatch(attributes.value, name, set)),
    })
  const flags = { truncated: flag('truncated'), difficult: flag('difficult'), occluded: flag('occluded') } satisfies Record<
    VocFlag,
    unknown
  >
  const others = computed(() =>
    otherAttributes(attributes.value)
      .filter(([key]) => !schema.fieldsFor(record.value?.classId ?? null).some(({ name }) => name === key))
      .map(([key, value]) => ({ label: key, value })),
  )

  const facts = computed(() => {
    const one = record.value
    if (!one) return []
    return [
      { label: t('label.attributes.kind'), value: t(`datasets.shapeKinds.${one.shape.kind}`) },
      { label: t('label.attributes.area'), value: `${formatCount(Math.round(shapeArea(one.shape)))} px²` },
      { label: t('label.attributes.origin'), value: t(`label.origins.${one.provenance.kind}`) },
      { label: t('label.attributes.revision'), value: String(one.rev) },
    ]
  })
  return { record, facts, classId, classOptions, voc, pose, poses, flags, others }
}
