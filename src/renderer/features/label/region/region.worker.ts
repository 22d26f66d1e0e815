import { regionJobs, type FromRegionWorker, type ToRegionWorker } from './regionJob.ts'

/** The thread for masks and polygons so large that the page would stand still. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToRegionWorker>) => void) | null
  postMessage(message: FromRegionWorker): void
}

scope.onmessage = ({ data }) => {
  try {
    // Name and task come as a pair from `RegionThread`; the message has lost that.
    const job = regionJobs[data.name] as (task: ToRegionWorker['task']) => Extract<FromRegionWorker, { answer: unknown }>['answer']
    scope.postMessage({ answer: job(data.task) })
  } catch (error) {
    scope.postMessage({ failed: String(error) })
  }
}
