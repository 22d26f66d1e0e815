import type { Origin } from '../../model/config/origin.ts'

/** What the importer reads of Python; everything else becomes `unsupported` and keeps its place. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null; readonly at: Origin }
  | { readonly kind: 'placeholder'; readonly text: string; readonly at: Origin }
  | { readonly kind: 'name'; readonly name: string; readonly at: Origin }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[]; readonly at: Origin }
  | { readonly kind: 'dict'; readonly entries: readonly DictEntry[]; readonly call: boolean; readonly at: Origin }
  | { readonly kind: 'comprehension'; readonly item: Expression; readonly loops: readonly Loop[]; readonly at: Origin }
  | { readonly kind: 'access'; readonly of: Expression; readonly path: readonly Step[]; readonly at: Origin }
  | { readonly kind: 'sign'; readonly negative: boolean; readonly of: Expression; readonly at: Origin }
  | { readonly kind: 'fold'; readonly first: Expression; readonly rest: readonly Operation[]; readonly at: Origin }
  | { readonly kind: 'unsupported'; readonly what: string; readonly at: Origin }

/** `key` is null for `**value`. */
export interface DictEntry {
  readonly key: Expression | null
  readonly value: Expression
  readonly at: Origin
}
export interface Loop {
  readonly name: string
  readonly over: Expression
}
export type Step = { readonly attribute: string; readonly at: Origin } | { readonly index: Expression; readonly at: Origin }
export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export interface Operation {
  readonly operator: Operator
  readonly right: Expression
  readonly at: Origin
}

export type Target = Extract<Expression, { kind: 'name' | 'access' }>
export type Statement =
  | { readonly kind: 'assign'; readonly targets: readonly Target[]; readonly value: Expression; readonly at: Origin }
  | { readonly kind: 'augment'; readonly target: Target; readonly operator: Operator; readonly right: Expression; readonly at: Origin }
  /** `subject` is the name that would have got a value. */
  | { readonly kind: 'skipped'; readonly subject: string | null; readonly what: string; readonly at: Origin }
