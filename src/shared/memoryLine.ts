/** How a process tells its resident memory: a line on its standard error, which reaches its host while everything else in it computes. */
export const memoryLine = (bytes: number): string => `[memory ${bytes}]\n`

/** Such lines in a text. */
export const memoryLines = /\[memory (\d+)\]\n/g
