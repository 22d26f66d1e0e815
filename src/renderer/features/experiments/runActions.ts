import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { useRuns } from '../../stores/runs.ts'

export const stopRun = (runId: string): Promise<boolean> => attempt(() => pageClient().runs.stop({ runId }))

export const resumeRun = (runId: string): Promise<boolean> => attempt(async () => useRuns().take(await pageClient().runs.resume({ runId })))
