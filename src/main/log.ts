import { pino, type Logger } from 'pino'

/**
 * JSON lines on stderr (stdout belongs to the command line), written synchronously so that the last line before a crash is there.
 * MASKWRIGHT_LOG chooses the level.
 */
export function createLogger(name: string, level = process.env['MASKWRIGHT_LOG'] ?? 'warn'): Logger {
  return pino({ name, level, base: { name, pid: process.pid } }, pino.destination({ dest: 2, sync: true }))
}
export type { Logger }
