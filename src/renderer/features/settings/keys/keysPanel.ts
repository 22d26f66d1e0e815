import { computed, nextTick, ref, shallowRef } from 'vue'
import type { KeyChoice, KeyPresetId } from '../../../../shared/model/keys.ts'
import { i18n, t } from '../../../i18n/i18n.ts'
import { attempt } from '../../../stores/report.ts'
import { useStudio } from '../../../stores/studio.ts'
import { knownCommands, type CommandRecord } from '../../../ui/commands.ts'
import { isKept } from '../../../ui/keyMap.ts'
import { shortcutText, type Shortcut } from '../../../ui/shortcut.ts'
import { showToast } from '../../../ui/toasts.ts'
import { allClashes, clashesOf, type Clash } from './clashes.ts'
import { keysOfChoice, keysOfPreset } from './keysOfChoice.ts'
import { record as step, sequenceWaitMs, type Recording, type RecorderEvent } from './recorder.ts'

export interface KeyRow {
  readonly record: CommandRecord
  readonly name: string
  readonly keys: readonly Shortcut[]
  readonly changed: boolean
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((keys, i) => keys === b[i])
export const asText = (keys: Shortcut): string => shortcutText(keys, navigator.platform)

/** The table of keys in the settings: what it lists, and what recording, taking and resetting do. */
export function useKeysPanel() {
  const studio = useStudio()
  const query = ref('')
  const records = computed(knownCommands)
  const base = computed(() => keysOfPreset(studio.keys.preset, records.value))
  const map = computed(() => keysOfChoice(studio.keys, records.value))
  const clashes = computed(() => allClashes(records.value, map.value, studio.shell))

  /** Commands that differ by their number only are told apart by it. */
  const nameOf = (record: CommandRecord): string => {
    const number = /\d+$/.exec(record.id)?.[0]
    return i18n.global.t(record.labelKey) + (number && record.labelKey === 'label.commands.class' ? ` · ${number}` : '')
  }
  const groups = computed(() => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean)
    const byGroup = new Map<string, KeyRow[]>()
    for (const record of records.value) {
      const keys = map.value.get(record.id) ?? []
      const row: KeyRow = { record, keys, name: nameOf(record), changed: !same(keys, base.value.get(record.id) ?? []) }
      const text = [row.name, i18n.global.t(record.groupKey), ...keys.map(asText)].join(' ').toLowerCase()
      if (words.every((word) => text.includes(word))) byGroup.set(record.groupKey, [...(byGroup.get(record.groupKey) ?? []), row])
    }
    return [...byGroup].map(([key, rows]) => ({ key, title: i18n.global.t(key), rows }))
  })

  const save = (choice: KeyChoice): void => void attempt(() => studio.chooseKeys(choice))
  /** Writes the keys of some commands; what equals the preset is no change. */
  function setKeys(next: ReadonlyMap<string, readonly Shortcut[]>): void {
    const changes = { ...studio.keys.changes }
    for (const [id, keys] of next) {
      if (same(keys, base.value.get(id) ?? [])) delete changes[id]
      else changes[id] = [...keys]
    }
    save({ ...studio.keys, changes })
  }
  const keysOfId = (id: string): readonly Shortcut[] => map.value.get(id) ?? []
  const remove = (id: string, keys: Shortcut): void => setKeys(new Map([[id, keysOfId(id).filter((each) => each !== keys)]]))
  const reset = (id: string): void => setKeys(new Map([[id, base.value.get(id) ?? []]]))
  const preset = computed<KeyPresetId>({
    get: () => studio.keys.preset,
    set: (next) => save({ preset: next, changes: studio.keys.changes }),
  })
  const changedCount = computed(() => Object.keys(studio.keys.changes).length)
  /** Undo is one press away for as long as the toast stands. */
  function replaceAll(next: KeyChoice, text: string): void {
    const before = studio.keys
    save(next)
    showToast({ tone: 'done', text, action: { label: t('keys.takeBack'), run: () => save(before) } })
  }
  const resetAll = (): void => replaceAll({ preset: studio.keys.preset, changes: {} }, t('keys.resetDone'))

  // --- recording ---

  const recording = shallowRef<{ readonly id: string; readonly state: Recording }>({ id: '', state: { name: 'idle' } })
  /** A key that was pressed and means something else already: the user decides. */
  const pending = shallowRef<{ readonly record: CommandRecord; readonly keys: Shortcut; readonly clashes: readonly Clash[] } | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(record: CommandRecord, event: RecorderEvent): void {
    clearTimeout(timer)
    const state = step(recording.value.id === record.id ? recording.value.state : { name: 'idle' }, event)
    recording.value = { id: record.id, state }
    if (state.name === 'first') timer = setTimeout(() => tell(record, { type: 'elapsed' }), sequenceWaitMs)
    if (state.name === 'done') propose(record, state.keys)
  }
  function begin(record: CommandRecord): void {
    pending.value = null
    tell(record, { type: 'begin' })
  }
  function cancelRecording(record: CommandRecord): void {
    if (recording.value.id === record.id) tell(record, { type: 'cancel' })
  }

  function propose(record: CommandRecord, keys: Shortcut): void {
    recording.value = { id: '', state: { name: 'idle' } }
    if (keysOfId(record.id).includes(keys)) return
    const found: Clash[] = clashesOf(record, keys, records.value, map.value)
    if (isKept(keys)) found.push({ kind: 'kept', keys, record })
    if (found.length === 0) setKeys(new Map([[record.id, [...keysOfId(record.id), keys]]]))
    else pending.value = { record, keys, clashes: found }
  }
  /** The commands that have the key lose it. */
  function take(): void {
    if (!pending.value) return
    const { record, keys, clashes: found } = pending.value
    const next = new Map<string, readonly Shortcut[]>([[record.id, [...keysOfId(record.id), keys]]])
    for (const clash of found) {
      if (clash.kind === 'kept') continue
      const left = next.get(clash.other.id) ?? keysOfId(clash.other.id)
      next.set(
        clash.other.id,
        left.filter((each) => each !== clash.otherKeys),
      )
    }
    setKeys(next)
    decided(record.id)
  }
  function decided(id: string): void {
    pending.value = null
    void nextTick(() => document.getElementById(`key-add-${id}`)?.focus())
  }

  const sentence = (clash: Clash): string => {
    const keys = asText(clash.keys)
    if (clash.kind === 'kept') return t('keys.clash.kept', { keys, name: nameOf(clash.record) })
    const facts = { keys, name: nameOf(clash.record), otherKeys: asText(clash.otherKeys), other: nameOf(clash.other) }
    return t(`keys.clash.${clash.kind}`, facts)
  }

  return {
    query,
    groups,
    clashes,
    preset,
    changedCount,
    remove,
    reset,
    resetAll,
    replaceAll,
    recording,
    pending,
    begin,
    tell,
    cancelRecording,
    take,
    decided,
    sentence,
    nameOf,
  }
}
export type KeysPanelState = ReturnType<typeof useKeysPanel>
