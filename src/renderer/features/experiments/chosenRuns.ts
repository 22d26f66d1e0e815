import { shallowRef } from 'vue'

/** The runs chosen in the table, by id: they stay chosen while the user looks at one of them, or at what compares them. */
export const chosenRuns = shallowRef<ReadonlySet<string>>(new Set())
