import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'

type Named = Pick<ClassRecord, 'id' | 'name'>

/** What is drawn before anybody has chosen a class: nobody begins with background. Null: there is no class. */
export const firstClass = (classes: readonly Named[]): ClassRecord['id'] | null =>
  (classes.find(({ name }) => !isBackgroundName(name)) ?? classes[0])?.id ?? null
