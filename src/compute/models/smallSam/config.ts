/** Candidates: 0 is the answer to several prompts, 1 to 3 are readings of an ambiguous one. */
export const candidateCount = 4

/** Pixels of a token and of a cell of the mask logits. */
export const tokenStride = 16
export const maskStride = 4
