import type { DeviceLanguage } from '../../shared/text/devices/describe.ts'

/** The language of the terminal: Chinese where its locale is, else English. */
export function terminalLanguage(env: Readonly<Record<string, string | undefined>> = process.env): DeviceLanguage {
  return (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
