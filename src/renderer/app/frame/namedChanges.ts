import { gestureName } from '../../features/label/gestureName.ts'
import { t } from '../../i18n/i18n.ts'

const mostNamed = 3

/** Changes by name, the first of many. */
export function namedChanges(commands: readonly string[]): string {
  const first = commands.slice(0, mostNamed).map(gestureName).join(', ')
  return commands.length > mostNamed ? t('safety.disk.more', { first, n: commands.length - mostNamed }) : first
}
