import { BugError, CancelledError } from '../../../../shared/errors.ts'
import { isHeavy, regionJobs, type FromRegionWorker, type RegionJobName, type RegionJobs, type ToRegionWorker } from './regionJob.ts'

/** Does small work at once and large work on a thread, one at a time: what is asked anew ends what was under way. */
export class RegionThread {
  #worker: Worker | null = null
  #giveUp: (() => void) | null = null

  /** At once when the task is small. Errors: cancelled. */
  async do<N extends RegionJobName>(name: N, task: Parameters<RegionJobs[N]>[0]): Promise<ReturnType<RegionJobs[N]>> {
    this.cancel()
    // The table pairs names with tasks; indexing it by a type parameter loses that.
    if (!isHeavy(task)) return (regionJobs[name] as (task: ToRegionWorker['task']) => ReturnType<RegionJobs[N]>)(task)
    const answer = await this.#ask({ name, task })
    return answer as ReturnType<RegionJobs[N]>
  }

  /** What is under way ends with a CancelledError. */
  cancel(): void {
    this.#giveUp?.()
  }

  #ask(message: ToRegionWorker): Promise<unknown> {
    const worker = (this.#worker ??= new Worker(new URL('./region.worker.ts', import.meta.url), { type: 'module' }))
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#giveUp = null
        worker.onmessage = null
        worker.onerror = null
      }
      this.#giveUp = () => {
        end()
        worker.terminate()
        this.#worker = null
        reject(new CancelledError())
      }
      worker.onmessage = ({ data }: MessageEvent<FromRegionWorker>) => {
        end()
        if ('answer' in data) resolve(data.answer)
        else reject(new BugError(data.failed))
      }
      worker.onerror = (event) => {
        end()
        reject(new BugError(event.message))
      }
      worker.postMessage(message)
    })
  }
}
