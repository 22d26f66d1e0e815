import { computed, shallowRef, type Ref } from 'vue'
import { changesAgainst, formSections, setField, type Change, type Section } from './configForm.ts'
import { readPath, type Config } from './configPath.ts'
import { problemSentence } from './fieldValue.ts'
import { newItem, type Field, type FieldOf } from './schemaField.ts'
import type { Origins } from './valueOrigin.ts'

type ToldProblem = Parameters<typeof problemSentence>[0] & { readonly path: string }

/** What a config is edited against: the form it has, where it began, and what the host says of it. */
interface EditPorts {
  readonly schema: () => Config | null
  readonly base: () => Config
  readonly told: () => readonly ToldProblem[]
}

/** A config that is being written in a form generated from its schema. */
export function useConfigEdit({ schema, base, told }: EditPorts) {
  const config = shallowRef<Config>({})
  /** Sentences about what was typed and could not become a value; they stop the start. */
  const badInput = shallowRef(new Map<string, string>())

  const sections = computed<readonly Section[]>(() => {
    const known = schema()
    return known ? formSections(known, config.value) : []
  })
  const changes = computed<readonly Change[]>(() => changesAgainst(sections.value, base(), config.value))
  const fields = computed<readonly Field[]>(() => sections.value.flatMap((section) => section.fields))
  const changedPaths = computed<ReadonlySet<string>>(() => new Set(changes.value.map((change) => change.field.path)))
  /** The sentence of each field that has a problem: what was typed comes first, then what the host says, at the deepest field that holds it. */
  const problems = computed<ReadonlyMap<string, string>>(() => {
    const found = new Map<string, string>()
    for (const problem of told()) {
      const holders = fields.value.filter(({ path }) => problem.path === path || problem.path.startsWith(`${path}.`))
      const path = holders.at(-1)?.path ?? problem.path
      if (!found.has(path)) found.set(path, problemSentence(problem))
    }
    return new Map([...found, ...badInput.value])
  })

  function begin(next: Config): void {
    config.value = next
    badInput.value = new Map()
  }
  function set(path: string, value: unknown): void {
    setProblem(path, null)
    config.value = setField(sections.value, config.value, path, value)
  }
  const revert = (path: string): void => set(path, readPath(base(), path))
  function setProblem(path: string, problem: string | null): void {
    const next = new Map(badInput.value)
    if (problem === null) next.delete(path)
    else next.set(path, problem)
    badInput.value = next
  }

  /** Entries of a list as they are now. */
  const itemsOf = (list: FieldOf<'list'>): readonly unknown[] => {
    const own = readPath(config.value, list.path) ?? list.default
    return Array.isArray(own) ? own : []
  }
  function setItems(list: FieldOf<'list'>, items: readonly unknown[]): void {
    // What was typed wrong belonged to an entry that may be elsewhere now.
    badInput.value = new Map([...badInput.value].filter(([path]) => !path.startsWith(`${list.path}.`)))
    set(list.path, items)
  }
  const listOf = (path: string): FieldOf<'list'> =>
    fields.value.find((field): field is FieldOf<'list'> => field.kind === 'list' && field.path === path)!
  const variantIn = (list: FieldOf<'list'>, type: string | null) =>
    list.variants.find((variant) => variant.type === type) ?? list.variants[0]!
  const items = {
    add: (list: FieldOf<'list'>, type: string | null): void => setItems(list, [...itemsOf(list), newItem(variantIn(list, type))]),
    remove: ({ list, index }: FieldOf<'item'>): void => setItems(listOf(list), itemsOf(listOf(list)).toSpliced(index, 1)),
    move({ list, index }: FieldOf<'item'>, by: -1 | 1): void {
      const now = itemsOf(listOf(list))
      setItems(listOf(list), now.toSpliced(index, 1).toSpliced(index + by, 0, now[index]))
    },
    /** Another type begins anew: its fields are others. */
    retype: ({ list, index }: FieldOf<'item'>, type: string): void =>
      setItems(listOf(list), itemsOf(listOf(list)).with(index, newItem(variantIn(listOf(list), type)))),
  }

  return { config, badInput, sections, changes, fields, changedPaths, problems, begin, set, revert, setProblem, items }
}

/** What a line of the form reads and changes. */
export interface EditedConfig extends Pick<
  ReturnType<typeof useConfigEdit>,
  'config' | 'fields' | 'changedPaths' | 'problems' | 'set' | 'revert' | 'setProblem' | 'items'
> {
  readonly classes: Readonly<Ref<readonly { readonly name: string; readonly color: string }[]>>
  readonly origins: Readonly<Ref<Origins>>
}
