import { computed, ref, shallowRef } from 'vue'
import { t, translateOr } from '../../i18n/i18n.ts'
import type { Config } from './configPath.ts'
import { configSchemaOf } from './configSchema.ts'
import { configRows, visibleRows, type Shown } from './runConfigRows.ts'
import type { RunDetails } from './runMetrics.ts'

/** The config of a run as the page reads it: its rows, those of them that are wanted, and how it differs from its preset. */
export function useStoredConfig(details: () => Pick<RunDetails, 'run' | 'config' | 'record' | 'preset'>) {
  const schema = shallowRef<Config | null>(null)
  const error = shallowRef<unknown>(null)
  const shown = ref<Shown>('all')

  async function load(): Promise<void> {
    try {
      schema.value = await configSchemaOf(details().run)
      error.value = null
    } catch (cause) {
      error.value = cause
    }
  }
  void load()

  const sections = computed(() => {
    const { config, record, preset } = details()
    return schema.value ? configRows(schema.value, { config, origins: record?.origins ?? {}, preset: preset?.config ?? null }) : []
  })
  const rows = computed(() => visibleRows(sections.value, shown.value))
  const differences = computed(() => sections.value.flatMap((section) => section.rows).filter((row) => row.changed).length)
  const presetName = computed(() => {
    const name = details().preset?.name
    return name === undefined ? null : translateOr(`experiments.launch.presets.${name}.name`, name)
  })
  const choices = computed(() =>
    (presetName.value === null ? (['all', 'given'] as const) : (['all', 'given', 'changed'] as const)).map((value) => ({
      value,
      label: t(`experiments.config.shows.${value}`),
    })),
  )
  /** Lists of plain values stay on one line. */
  const json = computed(() =>
    JSON.stringify(details().config, null, 2).replace(
      /\[\n\s+([^[\]{}]*?)\n\s+\]/g,
      (_, inner: string) => `[${inner.replace(/,\n\s+/g, ', ')}]`,
    ),
  )
  return { schema, error, load, shown, choices, rows, differences, presetName, json }
}
