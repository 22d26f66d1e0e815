import type { PageClient } from '../../shared/api/page/contract.ts'
import { CancelledError, errorFromWire } from '../../shared/errors.ts'
import { describeFinding } from '../../shared/model/findingText.ts'
import type { Job } from '../../shared/model/job.ts'
import { isLive, type MetricPoint, type Run } from '../../shared/model/run.ts'
import { samScoreNames } from '../../shared/model/samTune.ts'
import type { Output } from './output.ts'

/** Shows a job until it ended; answers with its result. An abort cancels it. */
export async function followJob(client: PageClient, jobId: string, label: string, output: Output, signal: AbortSignal): Promise<unknown> {
  const cancel = () => void client.jobs.cancel({ jobId }).catch(() => undefined)
  signal.addEventListener('abort', cancel)
  try {
    for await (const job of await client.jobs.watch({})) {
      if (job.id !== jobId) continue
      if (job.endedAt === null) output.progress(label, job.progress)
      else return resultOf(job)
    }
    throw new CancelledError()
  } finally {
    signal.removeEventListener('abort', cancel)
    output.endProgress()
  }
}

function resultOf(job: Job): unknown {
  if (job.state === 'cancelled') throw new CancelledError()
  if (job.error) throw errorFromWire(job.error)
  return job.result
}

/** Shows a training until it is at rest. An abort stops it after the step in progress, with a checkpoint. */
export async function followRun(client: PageClient, runId: string, output: Output, signal: AbortSignal): Promise<Run> {
  const stop = () => {
    output.note('Stopping after this step; the run can be resumed.')
    void client.runs.stop({ runId }).catch(() => undefined)
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const latest = new Map<string, number>()
  try {
    for await (const event of await client.runs.watch({ runId })) {
      if (event.type === 'metrics') for (const point of event.points) latest.set(`${point.split} ${point.name}`, point.value)
      if (event.type === 'metrics') sayValidation(event.points, output)
      if (event.type === 'finding') output.note(`step ${event.finding.step}: ${describeFinding(event.finding)}`)
      if (event.type !== 'run') continue
      const { run } = event
      if (!isLive(run)) return run
      const loss = latest.get('train loss')
      const extra = [
        loss === undefined ? '' : `loss ${loss.toFixed(3)}`,
        run.primary ? `${run.primary.name} ${run.primary.last.toFixed(3)} (best ${run.primary.best.toFixed(3)})` : '',
      ]
      output.progress(`run #${run.number}`, {
        phase: run.status,
        done: run.step,
        total: run.totalSteps,
        rate: null,
        leftSeconds: run.leftSeconds,
        extra: extra.filter(Boolean).join('  '),
      })
    }
    throw new CancelledError()
  } finally {
    signal.removeEventListener('abort', stop)
    output.endProgress()
  }
}

/** Of a validation, what a person wants to see. */
const told: readonly string[] = ['mIoU', 'mAcc', 'aAcc', ...samScoreNames]

/** One line per validation stays on the screen. */
function sayValidation(points: readonly MetricPoint[], output: Output): void {
  const scores = points.filter((point) => point.split !== 'train' && told.includes(point.name))
  if (scores.length === 0) return
  const { step, epoch, split } = scores[0]!
  output.say(
    `step ${step} (epoch ${epoch.toFixed(1)})  ${split}  ${scores.map(({ name, value }) => `${name} ${value.toFixed(4)}`).join('  ')}`,
  )
}
