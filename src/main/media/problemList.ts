import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { FileProblem } from '../../shared/model/dataset.ts'

export interface ProblemList {
  add(problem: { file: string; line?: number | null; code: ErrorCode; message: string; severity: FileProblem['severity'] }): void
  /** An AppError as a refused file; anything else is thrown on. */
  refuse(file: string, error: unknown): void
  list(): FileProblem[]
}

/** After so many problems of one code in one folder, or refused lines in one file, the rest is counted, not listed; every refused file is listed. */
const listed = 200

export function createProblemList(): ProblemList {
  const problems: FileProblem[] = []
  const counts = new Map<string, number>()
  const last = new Map<string, FileProblem>()
  const add: ProblemList['add'] = ({ file, line = null, code, message, severity }) => {
    const whole = severity === 'refused' && line === null
    const key = `${code} ${severity} ${severity === 'refused' ? file : file.split('/')[0]} ${whole}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > listed && !whole) return
    const problem = { file, line, code, message, severity }
    problems.push(problem)
    last.set(key, problem)
  }
  return {
    add,
    refuse(file, error) {
      if (!(error instanceof AppError)) throw error
      const line = error.data['line']
      add({ file, line: typeof line === 'number' ? line : null, code: error.code, message: error.message, severity: 'refused' })
    },
    list: () => [
      ...problems,
      ...[...counts].flatMap(([key, count]) => {
        const sample = last.get(key)!
        if (count <= listed || (sample.severity === 'refused' && sample.line === null)) return []
        return [{ ...sample, line: null, message: `and ${count - listed} more like this`, severity: 'note' as const }]
      }),
    ],
  }
}
