import { previewPolygons, type PreviewTask, type RegionPreview } from '../../../../shared/geometry/regionPreview.ts'
import { runRegionTask, type RegionChange, type RegionInput, type RegionTask } from '../../../../shared/geometry/regionTask.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import { vertexCount } from '../../../../shared/geometry/simplify.ts'

/** What the page asks of a thread, and what it answers: the same functions, here or there. */
export const regionJobs = {
  run: (task: RegionTask): RegionChange[] => runRegionTask(task),
  preview: (task: PreviewTask): RegionPreview => previewPolygons(task),
} as const
export type RegionJobs = typeof regionJobs
export type RegionJobName = keyof RegionJobs

export interface ToRegionWorker {
  readonly name: RegionJobName
  readonly task: RegionTask | PreviewTask
}
export type FromRegionWorker = { readonly answer: RegionChange[] | RegionPreview } | { readonly failed: string }

/** Runs of a mask take about three characters each; a polygon costs its vertices and the rows it is filled in. */
function costOf({ shape }: RegionInput): number {
  if (shape.kind === 'mask') return shape.rle.length / 3
  const { minY, maxY, minX, maxX } = shapeBounds(shape)
  return (shape.kind === 'polygon' ? vertexCount(shape) : 4) + maxY - minY + maxX - minX
}

/** Work that takes longer than a frame or two belongs on the thread. */
const mostHere = 6000

export function isHeavy(task: RegionTask | PreviewTask): boolean {
  const widening = 'op' in task && task.op.kind === 'grow' ? 1 + Math.abs(task.op.byPx) / 2 : 1
  return task.inputs.reduce((sum, input) => sum + costOf(input), 0) * widening > mostHere
}
