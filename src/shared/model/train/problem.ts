/** A rule between keys of a config that is broken. */
export interface Problem {
  path: string
  message: string
  /** Its sentence in the interface, under config.rule. */
  rule: { key: string; data: Record<string, string | number> }
}

export const problem = (path: string, message: string, key: string, data: Problem['rule']['data'] = {}): Problem => ({
  path,
  message,
  rule: { key, data },
})
