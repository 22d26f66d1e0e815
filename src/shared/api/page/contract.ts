import type { ContractRouterClient } from '@orpc/contract'
import { annotationsApi } from './annotations.ts'
import { assistApi } from './assist.ts'
import { commentsApi } from './comments.ts'
import { comparisonsApi } from './comparisons.ts'
import { datasetsApi } from './datasets.ts'
import { foldersApi } from './folders.ts'
import { itemsApi } from './items.ts'
import { jobsApi } from './jobs.ts'
import { modelsApi } from './models.ts'
import { projectsApi } from './projects.ts'
import { runsApi } from './runs.ts'
import { systemApi } from './system.ts'
import { tuningApi } from './tuning.ts'
import { weightsApi } from './weights.ts'

/** Everything a page or the command line can ask of the host. */
export const pageContract = {
  system: systemApi,
  projects: projectsApi,
  folders: foldersApi,
  datasets: datasetsApi,
  items: itemsApi,
  annotations: annotationsApi,
  assist: assistApi,
  comments: commentsApi,
  jobs: jobsApi,
  runs: runsApi,
  comparisons: comparisonsApi,
  models: modelsApi,
  tuning: tuningApi,
  weights: weightsApi,
}
export type PageClient = ContractRouterClient<typeof pageContract>
