#!/usr/bin/env node
// The command line: builds when the sources changed, then runs on Node 24.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { onNode24, root } from './nodeRuntime.mjs'

if (onNode24(path.join(root, 'scripts', 'maskwright.mjs'))) {
  if (await ensureBuilt()) await import(pathToFileURL(path.join(root, 'out', 'main', 'cli.js')).href)
  else process.exitCode = 1
}
