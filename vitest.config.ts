import { availableParallelism } from 'node:os'
import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The contract tests start hundreds of processes and threads from the TypeScript sources: what one compiled, the next need not (half of a start).
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules', '.cache', 'compile')

// Three projects: `unit` lies beside the code, `dom` is unit code that needs a document, `contract` uses real ports, sockets, processes and database files.
export default defineConfig({
  test: {
    pool: 'forks',
    // What is waited for is a process or a disk: a busy machine takes longer than the second of the default.
    expect: { poll: { timeout: 20_000 } },
    // Most contract tests wait for processes they started: two at a time on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: ['src/renderer/**/*.dom.test.ts'],
          environment: 'node',
          testTimeout: 20_000,
          // These tests keep no state in modules: sharing a process makes the run three times as fast.
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [vue()],
        test: { name: 'dom', include: ['src/renderer/**/*.dom.test.ts'], environment: 'happy-dom', testTimeout: 20_000, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['tests/{contract,golden}/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
