import { styleText } from 'node:util'
import { AppError, errorToWire } from '../../shared/errors.ts'
import type { Progress } from '../../shared/model/job.ts'

/** What a command says: one result on stdout; progress, notes and errors on stderr. */
export interface Output {
  readonly json: boolean
  /** A line for people; nothing with --json. */
  say(line?: string): void
  /** Something worth knowing that is no result. */
  note(line: string): void
  progress(label: string, progress: ProgressLine): void
  /** The line that shows progress is done with. */
  endProgress(): void
  /** The result: the object itself with --json, else what `lines` makes of it. */
  result<T>(value: T, lines: (value: T) => string | string[]): void
  fail(error: unknown): void
}

export type ProgressLine = Pick<Progress, 'phase' | 'done' | 'total' | 'rate' | 'leftSeconds'> & { readonly extra?: string }

const ttyEveryMs = 100
const plainEveryMs = 5_000

export function createOutput(json: boolean, out: NodeJS.WriteStream = process.stdout, err: NodeJS.WriteStream = process.stderr): Output {
  let shown = false
  let last = { key: '', at: -Infinity }
  let answered = false
  const clear = () => {
    if (shown) err.write('\r\x1b[2K')
    shown = false
  }
  return {
    json,
    say(line = '') {
      if (json) return
      clear()
      out.write(`${printable(line)}\n`)
    },
    note(line) {
      clear()
      err.write(json ? `${JSON.stringify({ event: 'note', message: line })}\n` : `${printable(line)}\n`)
    },
    progress(label, progress) {
      const now = performance.now()
      // In a log file a line per phase would be a line per step.
      const key = err.isTTY || json ? `${label} ${progress.phase}` : label
      const wait = err.isTTY && !json ? ttyEveryMs : json ? 500 : plainEveryMs
      if (key === last.key && now - last.at < wait) return
      last = { key, at: now }
      if (json) return void err.write(`${JSON.stringify({ event: 'progress', label, ...progress })}\n`)
      const line = printable(progressText(label, progress))
      if (!err.isTTY) return void err.write(`${line}\n`)
      err.write(`\r\x1b[2K${line.slice(0, Math.max(20, (err.columns ?? 100) - 1))}`)
      shown = true
    },
    endProgress() {
      clear()
      last = { key: '', at: -Infinity }
    },
    result(value, lines) {
      clear()
      answered = true
      const text = json ? JSON.stringify(value) : [lines(value)].flat().map(printable).join('\n')
      if (text !== '') out.write(`${text}\n`)
    },
    fail(error) {
      clear()
      const wire = errorToWire(error)
      // Stdout carries one object: where the result is out already, the error follows it like a note.
      if (json && answered) err.write(`${JSON.stringify({ event: 'error', error: wire })}\n`)
      else if (json) out.write(`${JSON.stringify({ error: wire })}\n`)
      else if (wire.code === 'cancelled') err.write(wire.message === 'cancelled' ? 'Cancelled.\n' : `Cancelled: ${wire.message}\n`)
      else err.write(`${styleText('red', wire.code)}: ${printable(wire.message)}\n`)
      if (!json && wire.code === 'bug/unexpected' && error instanceof Error && process.env['MASKWRIGHT_LOG'])
        err.write(`${error.stack ?? ''}\n`)
    },
  }
}

/** Names and lines of foreign files are shown, never obeyed: whatever steers a terminal becomes a mark. */
export function printable(text: string): string {
  return text.replace(/[^\n\t\P{Cc}]|\p{Bidi_Control}/gu, '\ufffd')
}

export function progressText(label: string, { phase, done, total, rate, leftSeconds, extra }: ProgressLine): string {
  const parts = [label === phase ? label : `${label}: ${phase}`]
  if (total !== null && total > 0) parts.push(`${bar(done / total)} ${done}/${total}`)
  else if (done > 0) parts.push(String(done))
  if (rate !== null) parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(2)}/s`)
  if (leftSeconds !== null) parts.push(`${duration(leftSeconds)} left`)
  if (extra) parts.push(extra)
  return parts.join('  ')
}

const barWidth = 20
const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth)
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** A plain table; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map((cell) => (cell === null ? '–' : String(cell))))]
  const widths = head.map((_, column) => cells.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0))
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] !== 'string' || /^[-\d.,%–]+$/.test(row[column])),
  )
  return cells.map((row) =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** 0 done, 1 failed, 2 asked wrongly. */
export function exitCodeOf(error: unknown): 1 | 2 | 130 {
  const { code } = errorToWire(error)
  if (code === 'cancelled') return 130
  return error instanceof AppError && (code === 'input/invalid' || code.startsWith('config/')) ? 2 : 1
}
