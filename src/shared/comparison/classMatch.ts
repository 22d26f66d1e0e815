/** A class as a run knows it; the id is empty or foreign where a run came from elsewhere. */
export interface KnownClass {
  readonly id: string | null
  readonly name: string
  readonly color: string
}

/** The classes of several runs as one list, and where each run's own classes stand in it. */
export interface ClassUnion {
  readonly classes: readonly KnownClass[]
  /** Per run, per own index: the index in the union. */
  readonly index: readonly (readonly number[])[]
}

/** Lists are joined in their order; a class is the same by its id, else by its name. The names of the first list that has a class stand. */
export function uniteClasses(lists: readonly (readonly KnownClass[])[]): ClassUnion {
  const classes: KnownClass[] = []
  const byId = new Map<string, number>()
  const byName = new Map<string, number>()
  const index = lists.map((list) => {
    const taken = new Set<number>()
    const free = (at: number | undefined): number | undefined => (at === undefined || taken.has(at) ? undefined : at)
    return matchesFirst(list, byId).map(({ entry, at: known }) => {
      const at = free(known) ?? free(byName.get(entry.name)) ?? classes.push(entry) - 1
      taken.add(at)
      if (entry.id !== null && !byId.has(entry.id)) byId.set(entry.id, at)
      if (!byName.has(entry.name)) byName.set(entry.name, at)
      return at
    })
  })
  return { classes, index }
}

/** Ids are looked up before this list adds its own. */
const matchesFirst = (list: readonly KnownClass[], byId: ReadonlyMap<string, number>): { entry: KnownClass; at: number | undefined }[] =>
  list.map((entry) => ({ entry, at: entry.id === null ? undefined : byId.get(entry.id) }))
