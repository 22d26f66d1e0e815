/** How fetching one optional part ended. */
export interface PartReport {
  readonly part: 'cuda' | 'tensorflow'
  readonly state: 'installed' | 'already' | 'planned' | 'unsupported' | 'failed'
  /** Where it comes from and which files it brings. */
  readonly sources: readonly string[]
  readonly folder: string
  readonly files: readonly string[]
  /** Why it failed, and what kind of trouble that is. */
  readonly reason: string | null
  readonly trouble: 'network' | 'disk' | 'permission' | 'damaged' | 'package' | 'time' | 'other' | null
}
