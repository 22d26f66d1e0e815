import { Boxes, ChartSpline, Images, PenTool, Settings, type LucideIcon } from 'lucide-vue-next'
import type { MessageKey } from '../../i18n/i18n.ts'

/** The five areas of the rail; G then the digit goes there. */
export interface Area {
  readonly name: 'datasets' | 'label' | 'experiments' | 'models' | 'settings'
  readonly path: string
  readonly icon: LucideIcon
  readonly labelKey: MessageKey
  readonly commandKey: MessageKey
  readonly keys: readonly string[]
}

export const areas: readonly Area[] = [
  { name: 'datasets', path: '/datasets', icon: Images, labelKey: 'frame.datasets', commandKey: 'commands.goDatasets', keys: ['G 1'] },
  { name: 'label', path: '/label', icon: PenTool, labelKey: 'frame.label', commandKey: 'commands.goLabel', keys: ['G 2'] },
  {
    name: 'experiments',
    path: '/experiments',
    icon: ChartSpline,
    labelKey: 'frame.experiments',
    commandKey: 'commands.goExperiments',
    keys: ['G 3'],
  },
  { name: 'models', path: '/models', icon: Boxes, labelKey: 'frame.models', commandKey: 'commands.goModels', keys: ['G 4'] },
  {
    name: 'settings',
    path: '/settings',
    icon: Settings,
    labelKey: 'frame.settings',
    commandKey: 'commands.goSettings',
    keys: ['G 5', 'Mod+,'],
  },
]
