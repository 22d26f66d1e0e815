/** How a process tells its resident memory: a line on its standard error, which reaches its host while everything else in it computes. */
export const memoryLine = (bytes: number): string => `[memory ${bytes}]\n`

/** Such lines in a text. */
export const memoryLines = /\[memory (\d+)\]\n/g

/** How it tells that it can say so only between two steps of its work from now on, and why. */
export const memoryLostLine = (why: string): string => `[memory untold: ${why.replace(/[\]\s]+/g, ' ').slice(0, 300)}]\n`

/** Such lines in a text. */
export const memoryLostLines = /\[memory untold: ([^\]\n]*)\]\n/g
