import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'

type Named = Pick<ClassRecord, 'id' | 'name'>

/** What is drawn before anybody has chosen a class: nobody begins with background. Null: there is no class. */
export const firstClass = (classes: readonly Named[]): ClassRecord['id'] | null =>
  (classes.find(({ name }) => !isBackgroundName(name)) ?? classes[0])?.id ?? null

/** An object that still needs a class. */
export const isBare = ({ classId, region }: Pick<Annotation, 'classId' | 'region'>): boolean => classId === null && region === 'object'
