import { isRegion } from '../../../shared/geometry/regions.ts'
import type { Attributes, NewAnnotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'

/** What is drawn next: the chosen class, or void, and what an object of it starts with. */
export class Pen {
  readonly #emit: () => void
  readonly #startAttributes: (classId: Id | null) => Attributes
  #classId: Id | null = null
  #drawsVoid = false

  constructor(emit: () => void, startAttributes: (classId: Id | null) => Attributes = () => ({})) {
    this.#emit = emit
    this.#startAttributes = startAttributes
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
    const attributes = region === 'void' ? {} : this.#startAttributes(this.#classId)
    return { id, classId: this.#classId, region, shape, attributes, provenance: { kind: 'human' }, z }
  }
}
