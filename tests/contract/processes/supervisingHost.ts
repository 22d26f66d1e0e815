import { forkChild } from '../../../src/main/jobs/child.ts'
import { createSupervisor } from '../../../src/main/jobs/supervisor.ts'
import { createLogger } from '../../../src/main/log.ts'

// A host that is going to be killed: it starts two children and says their pids.
const [childFile, pidFolder] = process.argv.slice(2) as [string, string]
const supervisor = createSupervisor({ spawnChild: forkChild, pidFolder, log: createLogger('host', 'silent') })
const polite = supervisor.spawn(childFile, { name: 'polite', env: { BEHAVIOUR: 'serve' } })
const orphan = supervisor.spawn(childFile, { name: 'orphan', env: { BEHAVIOUR: 'orphan' } })
// Both have started when they had the time to read their modules.
setTimeout(() => process.send?.({ polite: polite.child.pid, orphan: orphan.child.pid }), 1500)
