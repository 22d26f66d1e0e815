import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { FileProblem } from '../../shared/model/dataset.ts'
import { remarkText, type Remark, type RemarkFacts } from '../../shared/remarks.ts'

interface Remarked {
  file: string
  line?: number | null
  code: ErrorCode
  remark: Remark
  facts?: RemarkFacts
  severity: FileProblem['severity']
}

/** A remark about a file, with its English sentence. */
export const remarked = ({ file, line = null, code, remark, facts = {}, severity }: Remarked): FileProblem => ({
  file,
  line,
  code,
  message: remarkText(remark, facts),
  remark,
  facts: { ...facts },
  severity,
})

export interface ProblemList {
  add(problem: Remarked): void
  /** An AppError as what is wrong with a file, which is refused if nothing else is said; anything else is thrown on. */
  refuse(file: string, error: unknown, severity?: FileProblem['severity']): void
  list(): FileProblem[]
}

/** After so many problems of one kind in one folder, or refused lines in one file, the rest is counted, not listed; every refused file is listed. */
const listed = 200

export function createProblemList(): ProblemList {
  const problems: FileProblem[] = []
  const counts = new Map<string, number>()
  const last = new Map<string, FileProblem>()
  const keep = (problem: FileProblem): void => {
    const { file, line, code, remark, severity } = problem
    const whole = severity === 'refused' && line === null
    const key = `${code} ${remark ?? ''} ${severity} ${severity === 'refused' ? file : file.split('/')[0]} ${whole}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > listed && !whole) return
    problems.push(problem)
    last.set(key, problem)
  }
  return {
    add: (problem) => keep(remarked(problem)),
    refuse(file, error, severity = 'refused') {
      if (!(error instanceof AppError)) throw error
      const { code, message, data } = error
      keep({ file, line: typeof data['line'] === 'number' ? data['line'] : null, code, message, facts: { ...data }, severity })
    },
    list: () => [
      ...problems,
      ...[...counts].flatMap(([key, count]) => {
        const sample = last.get(key)!
        if (count <= listed || (sample.severity === 'refused' && sample.line === null)) return []
        const facts = { count: count - listed }
        return [{ ...sample, line: null, message: remarkText('more', facts), remark: 'more', facts, severity: 'note' as const }]
      }),
    ],
  }
}
