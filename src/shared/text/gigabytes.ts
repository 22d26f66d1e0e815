/** Bytes as a reader compares them, in GB. */
export const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
