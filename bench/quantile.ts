/** The value below which a share `q` of the values lies, linear between two. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)]!
  const value = low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
  return Number(value.toFixed(2))
}
