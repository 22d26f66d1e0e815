import type { DeviceReport } from '../../../shared/model/device.ts'
import { t } from '../../i18n/i18n.ts'

/** What is there besides the runtime, and that it is no fault when it is not. */
export function packageFacts({ tfjs, electron }: Pick<DeviceReport, 'tfjs' | 'electron'>): { label: string; value: string }[] {
  const tensorflow = tfjs.loads ? 'settings.tfjsWorks' : tfjs.installed ? 'settings.tfjsBroken' : 'settings.tfjsOptional'
  return [
    { label: t('settings.tfjs'), value: t(tensorflow) },
    { label: t('settings.electron'), value: t(electron.installed ? 'settings.electronHere' : 'settings.electronMissing') },
  ]
}
