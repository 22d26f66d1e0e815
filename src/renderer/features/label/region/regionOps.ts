import {
  BrushCleaning,
  Expand,
  Group,
  Layers2,
  PaintBucket,
  Pentagon,
  Shrink,
  SquareDashedBottom,
  SquaresIntersect,
  SquaresSubtract,
  SquaresUnite,
  Ungroup,
} from 'lucide-vue-next'
import type { Component } from 'vue'
import type { RegionOp } from '../../../../shared/geometry/regionTask.ts'
import type { ToolSettings } from '../../../canvas/engine/settings.ts'

export type RegionCommandId = Exclude<RegionOp['kind'], 'split'> | 'shrink'

interface RegionCommand {
  readonly id: RegionCommandId
  readonly icon: Component
  readonly shortcuts: readonly string[]
  /** How many regions must be selected. */
  readonly needs: 1 | 2
  readonly op: (settings: ToolSettings['region']) => RegionOp
}

/** What can be done with selected regions; names are `region.ops.<id>`. */
export const regionCommandList: readonly RegionCommand[] = [
  { id: 'union', icon: SquaresUnite, shortcuts: ['J'], needs: 2, op: () => ({ kind: 'union' }) },
  { id: 'subtract', icon: SquaresSubtract, shortcuts: ['Shift+X'], needs: 2, op: () => ({ kind: 'subtract' }) },
  { id: 'intersect', icon: SquaresIntersect, shortcuts: ['Shift+I'], needs: 2, op: () => ({ kind: 'intersect' }) },
  { id: 'overlap', icon: Layers2, shortcuts: ['Shift+O'], needs: 2, op: () => ({ kind: 'overlap' }) },
  { id: 'join', icon: Group, shortcuts: ['Shift+J'], needs: 2, op: () => ({ kind: 'join' }) },
  { id: 'separate', icon: Ungroup, shortcuts: ['Alt+Shift+J'], needs: 1, op: () => ({ kind: 'separate' }) },
  { id: 'fillHoles', icon: PaintBucket, shortcuts: [], needs: 1, op: () => ({ kind: 'fillHoles' }) },
  { id: 'islands', icon: BrushCleaning, shortcuts: [], needs: 1, op: ({ islandsPx }) => ({ kind: 'islands', fewerThanPx: islandsPx }) },
  { id: 'grow', icon: Expand, shortcuts: [], needs: 1, op: ({ growPx }) => ({ kind: 'grow', byPx: growPx }) },
  { id: 'shrink', icon: Shrink, shortcuts: [], needs: 1, op: ({ growPx }) => ({ kind: 'grow', byPx: 0 - growPx }) },
  { id: 'toPolygon', icon: Pentagon, shortcuts: ['Shift+V'], needs: 1, op: ({ tolerancePx }) => ({ kind: 'toPolygon', tolerancePx }) },
  { id: 'toMask', icon: SquareDashedBottom, shortcuts: ['Shift+M'], needs: 1, op: () => ({ kind: 'toMask' }) },
]
