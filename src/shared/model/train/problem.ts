import type { ConfigRule, RuleFacts } from '../config/rules.ts'

/** A rule between keys of a config that is broken. */
export interface Problem {
  path: string
  message: string
  rule: { key: ConfigRule; data: RuleFacts }
}

export const problem = (path: string, message: string, key: ConfigRule, data: RuleFacts = {}): Problem => ({
  path,
  message,
  rule: { key, data },
})
