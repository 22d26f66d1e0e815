import { acquireProjectLock } from '../../../src/main/db/lock.ts'

// Holds the lock of a project until it is killed; says so on stdout.
acquireProjectLock(process.argv[2]!, { socket: '/tmp/some.sock' })
process.stdout.write('held\n')
setInterval(() => undefined, 1000)
