/** Classes that occur, the largest share first. */
export function presentShares<S extends { readonly share: number }>(shares: readonly S[]): S[] {
  return shares.filter((each) => each.share > 0).sort((a, b) => b.share - a.share)
}
