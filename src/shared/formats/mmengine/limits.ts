/** No config needs more; hostile ones are refused before they cost anything. */
export const pythonLimits = {
  characters: 2 ** 19,
  depth: 64,
  files: 64,
  work: 1_000_000,
  nodes: 100_000,
  charactersPerNode: 100,
  text: 2 ** 16,
  key: 200,
} as const
