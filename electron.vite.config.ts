import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import tailwind from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { processEntries } from './src/shared/entries.ts'
import { sourceStamp, writeStamp } from './scripts/buildStamp.mjs'

const root = import.meta.dirname
const at = (path: string) => resolve(root, path)

/** One output per process: out/main/<name>.js, ES modules, native packages of node_modules left outside. */
const mainInputs = Object.fromEntries(
  Object.entries(processEntries)
    .map(([name, path]) => [name, at(path)] as const)
    .filter(([, path]) => existsSync(path)),
)

/** Plain JavaScript that a process reads as a handful of bundled files instead of hundreds: it starts in two thirds of the time. Native packages stay outside. */
const bundled = ['@bufbuild/protobuf', '@orpc/client', '@orpc/contract', '@orpc/server', 'commander', 'fast-png', 'fast-xml-parser', 'zod']

/** Written when the last of the three builds is through; taken before, so that an edit meanwhile makes it stale. */
const stamp = sourceStamp(root)
const stampPlugin = { name: 'stamp', apply: 'build' as const, closeBundle: () => writeStamp(root, stamp) }

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node24',
      sourcemap: true,
      externalizeDeps: { exclude: bundled },
      rollupOptions: {
        input: mainInputs,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    // A sandboxed preload cannot import: one CommonJS file with everything inside.
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: { input: { index: at('src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [vue(), tailwind(), stampPlugin],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      minify: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rollupOptions: { input: at('src/renderer/index.html') },
    },
  },
})
