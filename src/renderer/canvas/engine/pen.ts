import { isRegion } from '../../../shared/geometry/regions.ts'
import type { NewAnnotation } from '../../../shared/model/annotation.ts'
import { startAttributes, type AttributeField } from '../../../shared/model/attributeSchema.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'

/** The attributes that are defined for objects of a class. */
export type FieldsFor = (classId: Id | null) => readonly AttributeField[]

/** What is drawn next: the chosen class, or void, and what an object of it starts with. */
export class Pen {
  readonly #emit: () => void
  readonly #fieldsFor: FieldsFor
  #classId: Id | null = null
  #drawsVoid = false

  constructor(emit: () => void, fieldsFor: FieldsFor = () => []) {
    this.#emit = emit
    this.#fieldsFor = fieldsFor
  }

  get classId(): Id | null {
    return this.#classId
  }
  setClass(classId: Id | null): void {
    this.#classId = classId
    this.#drawsVoid = false
    this.#emit()
  }

  /** Areas drawn from now on are void, until a class is chosen. */
  get drawsVoid(): boolean {
    return this.#drawsVoid
  }
  setDrawsVoid(drawsVoid: boolean): void {
    this.#drawsVoid = drawsVoid
    this.#emit()
  }

  /** A new annotation drawn by hand. */
  record(id: Id, shape: Shape, z: number): NewAnnotation {
    const region = this.#drawsVoid && isRegion(shape) ? 'void' : 'object'
    const attributes = region === 'void' ? {} : startAttributes(this.#fieldsFor(this.#classId))
    return { id, classId: this.#classId, region, shape, attributes, provenance: { kind: 'human' }, z }
  }
}
