import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Finding } from '../../../shared/model/finding.ts'
import type { ClassTable, Run } from '../../../shared/model/run.ts'
import type { SampleSheet } from '../../../shared/model/sampleSheet.ts'
import { pageClient, pageLink } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { followStream } from '../../stores/watch.ts'

export type RunDetails = Awaited<ReturnType<ReturnType<typeof pageClient>['runs']['get']>>
const LOG_LINES = 2_000
/** While a run goes on, its list of checkpoints is read again at most this often. */
const DETAILS_MS = 5_000

/** One run, live: record, class table, samples and log. */
export function useRun(runId: () => string) {
  const details = shallowRef<RunDetails | null>(null)
  const run = shallowRef<Run | null>(null)
  const classTable = shallowRef<ClassTable | null>(null)
  const findings = shallowRef<readonly Finding[]>([])
  /** Sample sheets that arrived while the page is open. */
  const sheets = shallowRef<readonly SampleSheet[]>([])
  const log = shallowRef<string[]>([])
  const error = shallowRef<unknown>(null)
  let leaving = new AbortController()
  let detailsAt = performance.now()

  async function load(): Promise<void> {
    const id = runId()
    try {
      const [answer, lines] = await Promise.all([
        pageClient().runs.get({ runId: id }),
        pageClient().runs.log({ runId: id, tail: LOG_LINES }),
      ])
      if (id !== runId()) return
      details.value = answer
      run.value = answer.run
      classTable.value = answer.classTable
      findings.value = answer.findings
      log.value = lines
      error.value = null
    } catch (cause) {
      if (id === runId()) error.value = cause
    }
  }

  function take(next: Run): void {
    const before = run.value
    run.value = next
    const isNewAttempt = before !== null && next.attempt !== before.attempt
    const hasEnded = before !== null && before.endedAt === null && next.endedAt !== null
    if (isNewAttempt || hasEnded) void load()
    else if (performance.now() - detailsAt > DETAILS_MS) void loadDetails().catch(reportError)
  }

  /** Checkpoints come while the run goes on, and can be exported then. */
  async function loadDetails(): Promise<void> {
    detailsAt = performance.now()
    const id = runId()
    const answer = await pageClient().runs.get({ runId: id })
    if (id === runId()) details.value = answer
  }

  function follow(): void {
    leaving.abort()
    leaving = new AbortController()
    const id = runId()
    void followStream(
      pageLink(),
      (signal) => pageClient().runs.watch({ runId: id }, { signal }),
      (event) => {
        if (id !== runId()) return
        if (event.type === 'run' && event.run.id === id) take(event.run)
        else if (event.type === 'classTable') classTable.value = event.table
        else if (event.type === 'finding') findings.value = [...findings.value, event.finding]
        else if (event.type === 'samples') sheets.value = [...sheets.value, event.sheet]
        else if (event.type === 'log') {
          log.value = [...log.value, ...event.lines].slice(-LOG_LINES)
        }
      },
      leaving.signal,
      () => void load().catch(reportError),
    )
  }

  watch(
    runId,
    () => {
      details.value = null
      run.value = null
      classTable.value = null
      findings.value = []
      sheets.value = []
      log.value = []
      follow()
    },
    { immediate: true },
  )
  onScopeDispose(() => leaving.abort())
  return { details, run, classTable, findings, sheets, log, error, load }
}
