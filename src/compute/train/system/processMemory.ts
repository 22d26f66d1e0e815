import { readdirSync, readFileSync } from 'node:fs'
import { platform } from 'node:process'

/** Resident bytes of this process, its threads included, and of every process below it; elsewhere than on Linux of this process alone. */
export function processMemoryBytes(): number {
  const own = process.memoryUsage.rss()
  if (platform !== 'linux') return own
  return descendants(process.pid).reduce((sum, pid) => sum + residentBytes(pid), own)
}

/** proc_pid_task_children(5); processes that end meanwhile are left out. */
function descendants(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
  return children.flatMap((child) => [child, ...descendants(child)])
}

/** 'VmRSS' of proc_pid_status(5), which counts in KiB. */
function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))
  return match ? Number(match[1]) * 1024 : 0
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
