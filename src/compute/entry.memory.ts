import { writeSync } from 'node:fs'
import { memoryLine } from '../shared/memoryLine.ts'

// A thread that tells the host how much memory the process has: ONNX Runtime holds the thread that computes for minutes, and what it takes no V8 limit knows.
const everyMs = 250
/** What changed by less is not worth a line. */
const stepBytes = 8 << 20

let told = -Infinity
function tell(): void {
  const bytes = process.memoryUsage.rss()
  if (Math.abs(bytes - told) < stepBytes) return
  try {
    writeSync(2, memoryLine(bytes))
    told = bytes
  } catch {
    // The pipe is full, or the host is gone: that is not for this thread to act on.
  }
}
setInterval(tell, everyMs)
tell()
