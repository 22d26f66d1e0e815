import type { KeyChoice } from '../../../../shared/model/keys.ts'
import { t } from '../../../i18n/i18n.ts'
import { saveBlob } from '../../../ui/download.ts'
import { showToast } from '../../../ui/toasts.ts'
import { asText } from './keysPanel.ts'
import { keyFileLimitBytes, readKeyFile, writeKeyFile } from './keyFile.ts'

export const exportKeys = (choice: KeyChoice): void =>
  saveBlob(new Blob([writeKeyFile(choice)], { type: 'application/json' }), 'maskwright-keys.json')

/** Reads a chosen file; one that is not a list of keys changes nothing and is refused with a sentence. */
export async function importKeys(file: File, use: (choice: KeyChoice, text: string) => void): Promise<void> {
  const read = file.size > keyFileLimitBytes ? ({ fault: 'tooLarge', what: '' } as const) : readKeyFile(await file.text().catch(() => ''))
  if ('choice' in read) use(read.choice, t('keys.imported', { file: file.name }))
  else showToast({ tone: 'error', text: t(`keys.refused.${read.fault}`, { file: file.name, keys: asText(read.what) }) })
}
