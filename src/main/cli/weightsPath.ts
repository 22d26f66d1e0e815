import path from 'node:path'

/** A weights file of a config lies where the command is run, unless it says otherwise. */
export function withWeightsPath(config: Record<string, unknown>): Record<string, unknown> {
  const { weights } = config
  if (typeof weights !== 'object' || weights === null || !('file' in weights) || typeof weights.file !== 'string') return config
  return { ...config, weights: { ...weights, file: path.resolve(weights.file) } }
}
